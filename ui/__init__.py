"""What the pages share: theme, pictures, figures, controls, components. Imports core, never pages."""
