"""What the lecture claims, measured. Each experiment yields what it sees while it goes on.

    label_order       the labels decide what each neuron detects
    imbalance         one baseball among very many photos: the baseball neuron's recall
    symmetry          equal first weights stay equal; zeros stay zeros; random ones learn
    black_box         how far hidden units come to agree with a person's concepts
    loop_or_batch     m examples in a loop or in one product
    compute           steps timed over batch size, threads and devices; machine: all that this one has;
                      shipped_rates: one that was measured before
    learning_curves   accuracy over the number of training photos; learners: the three models
    measured_files    what shipped_rates and learning_curves have measured, as JSON

Nothing is shown here: photos and labels come in as tensors, seeds as arguments, and what a page draws are
frozen records.
"""
