"""The balls' geometry against naive loops and known facts: solids, seams, rotations, the sphere's table."""

import math

import pytest
import torch

from core.balls import sphere
from core.balls.baseball import seam_curve, seam_frame
from core.balls.basketball import rib
from core.balls.basketball import seams as basketball_seams
from core.balls.chance import Dice, photo_keys
from core.balls.light import Light, shade
from core.balls.placing import rotation
from core.balls.shadow import Ellipse
from core.balls.skin import Skin
from core.balls.soccer import HEXAGON_DISTANCE, PENTAGON_DISTANCE, faces
from core.balls.soccer import seams as soccer_seams

CPU = torch.device("cpu")


def points(count: int) -> torch.Tensor:
    return sphere.spread(count)


def test_truncated_icosahedron_has_12_pentagons_with_5_and_20_hexagons_with_6_neighbours():
    pentagons, hexagons = faces()
    assert pentagons.shape == (12, 3) and hexagons.shape == (20, 3)
    normals = torch.cat((sphere.icosahedron(), sphere.dodecahedron()))
    cosines = pentagons @ sphere.dodecahedron().T
    touching = cosines > 0.75  # a pentagon's middle is 37.4 degrees from its hexagons' middles
    assert touching.sum(dim=1).tolist() == [5] * 12
    hexagon_to_hexagon = (sphere.dodecahedron() @ sphere.dodecahedron().T) > 0.7  # 41.8 degrees, and itself
    assert (touching.sum(dim=0) + hexagon_to_hexagon.sum(dim=1) - 1).tolist() == [6] * 20
    torch.testing.assert_close(normals.norm(dim=1), torch.ones(32, dtype=torch.float64))


def test_face_distances_are_those_of_the_solid_with_edge_1():
    # the 60 corners lie at a third of the icosahedron's edges (edge 3), and each is in one pentagon and two
    # hexagons
    corners = sphere.icosahedron()
    edge = (corners[:, None] - corners[None]).norm(dim=2)
    shortest = edge[edge > 1e-9].min()
    i, j = ((edge - shortest).abs() < 1e-9).nonzero(as_tuple=True)
    solid = (corners[i] * 2 + corners[j]) / shortest  # (60, 3)
    assert solid.shape == (60, 3)
    pentagons = (solid @ sphere.icosahedron().T).amax(dim=0)
    hexagons = (solid @ sphere.dodecahedron().T).amax(dim=0)
    torch.testing.assert_close(
        pentagons, torch.full((12,), PENTAGON_DISTANCE, dtype=torch.float64), atol=1e-4, rtol=0
    )
    torch.testing.assert_close(
        hexagons, torch.full((20,), HEXAGON_DISTANCE, dtype=torch.float64), atol=1e-4, rtol=0
    )


def test_soccer_seam_is_where_two_faces_are_equally_far_by_a_naive_loop():
    planes = [(n, PENTAGON_DISTANCE) for n in sphere.icosahedron()] + [
        (n, HEXAGON_DISTANCE) for n in sphere.dodecahedron()
    ]
    pentagons, hexagons = faces()
    sample = points(400)
    distance = sphere.cell_border(sample, torch.cat((pentagons, hexagons)))
    for point, found in zip(sample, distance, strict=True):
        reach = sorted((float(n @ point) / d, number) for number, (n, d) in enumerate(planes))
        (_, a), others = reach[-1], reach[:-1]
        naive = math.pi
        for _, b in others:  # angle to the plane in which faces a and b are equally far
            normal = planes[a][0] / planes[a][1] - planes[b][0] / planes[b][1]
            naive = min(naive, math.asin(min(1.0, float(normal @ point) / float(normal.norm()))))
        assert float(found) == pytest.approx(naive, abs=1e-6)


def test_soccer_table_tells_seam_from_panel():
    middles = torch.cat((sphere.icosahedron(), sphere.dodecahedron())).to(torch.float32)
    on_panels = soccer_seams(CPU)[0][sphere.texel(*middles.unbind(dim=1))]
    assert on_panels.min() > 0.25
    halfway = (
        sphere.icosahedron()[:1] / PENTAGON_DISTANCE
    )  # a point of the seam between a pentagon and a hexagon
    hexagon = (
        sphere.dodecahedron()[(sphere.dodecahedron() @ sphere.icosahedron()[0]).argmax()][None]
        / HEXAGON_DISTANCE
    )
    normal = halfway - hexagon
    towards = (
        sphere.icosahedron()[:1]
        + sphere.dodecahedron()[(sphere.dodecahedron() @ sphere.icosahedron()[0]).argmax()]
    )
    seam = towards - (towards * normal).sum() / (normal * normal).sum() * normal
    seam = (seam / seam.norm()).to(torch.float32)
    assert float(soccer_seams(CPU)[0][sphere.texel(*seam.unbind(dim=1))]) < 0.02


def test_baseball_seam_is_a_closed_curve_on_the_unit_sphere():
    curve = seam_curve(4000)
    torch.testing.assert_close(curve.norm(dim=1), torch.ones(4000, dtype=torch.float64))
    steps = (curve.roll(-1, dims=0) - curve).norm(dim=1)  # the last step leads back to the first point
    assert steps.max() < 2.5 * steps.mean()
    far_apart = (curve[:, None, :][::40] - curve[None, ::40]).norm(dim=2) + torch.eye(100) * 9
    assert far_apart.min() > 0.02  # it does not cross itself


def test_baseball_seam_splits_the_sphere_in_equal_halves_that_swap_by_symmetry():
    sample = points(6000)
    distance, along = seam_frame(sample)
    assert abs((distance > 0).double().mean() - 0.5) < 0.005
    turned = torch.stack((-sample[:, 1], sample[:, 0], -sample[:, 2]), dim=1)
    other, _ = seam_frame(turned)
    torch.testing.assert_close(other, -distance, atol=2e-3, rtol=0)
    assert along.min() >= 0 and along.max() <= 1


def test_baseball_seam_distance_against_a_naive_loop():
    curve = seam_curve(20000)
    for point in points(60):
        naive = math.acos(min(1.0, float((curve @ point).max())))
        assert float(seam_frame(point[None])[0].abs()) == pytest.approx(naive, abs=2e-3)


def test_baseball_neck_is_as_wide_as_on_a_real_ball():
    curve = seam_curve(4000)
    top = curve[curve[:, 2] > 0.9]
    neck = 2 * top[:, 1].abs().min()  # chord on a ball of radius 1; a real one: about 1.2 of 2.9 inches
    assert 0.35 < float(neck) / 2 < 0.5


@pytest.mark.parametrize("signs", [(-1, 1, 1), (1, -1, 1), (1, 1, -1)])
def test_basketball_seams_are_mirror_symmetric(signs: tuple[int, int, int]):
    sample = points(2000)
    mirrored = sample * torch.tensor(signs, dtype=torch.float64)
    torch.testing.assert_close(rib(mirrored), rib(sample))
    field = basketball_seams(CPU)[0]
    torch.testing.assert_close(
        field, field.view(512, 512).flip(0).reshape(-1)
    )  # y -> -y in the octahedral square


def test_each_rib_of_a_basketball_encloses_a_fifth_of_it_in_two_of_its_eight_panels():
    sample = points(20000)
    inside = rib(sample) > 0
    y, z = sample[:, 1] > 0, sample[:, 2] > 0
    for within, size in ((True, 0.103), (False, 0.147)):
        for above in (True, False):
            for front in (True, False):
                panel = (inside == within) & (y == above) & (z == front)
                assert float(panel.double().mean()) == pytest.approx(size, abs=1e-3)


def test_rotations_are_orthonormal_with_determinant_1():
    R = rotation(Dice(photo_keys(1, torch.arange(500)))).view(500, 3, 3).double()
    torch.testing.assert_close(
        R @ R.transpose(1, 2), torch.eye(3, dtype=torch.float64).expand(500, 3, 3), atol=1e-5, rtol=0
    )
    torch.testing.assert_close(torch.linalg.det(R), torch.ones(500, dtype=torch.float64), atol=1e-5, rtol=0)


def test_texel_finds_the_texel_whose_middle_it_is_given():
    middles = sphere.directions().to(torch.float32)
    found = sphere.texel(*middles.unbind(dim=1))
    wrong = (found != torch.arange(sphere.TEXELS)).double().mean()
    assert wrong < 1e-3  # only where float32 cannot tell the square's folded edge


def test_cells_borders_have_slope_1():
    pentagons, hexagons = faces()
    inside = sphere.signed_border(pentagons, pentagons, hexagons)
    # at a pentagon's middle the distance is that to its edge: half the angle, up to the weights, to the
    # hexagon beside it
    assert inside.min() > 0.25 and inside.max() < 0.35
    torch.testing.assert_close(inside, inside.mean().expand(12))


def test_polar_angle_and_azimuth_about_a_pole():
    rho, phi = sphere.polar(points(500), sphere.octahedron())
    assert rho.max() <= math.acos(1 / math.sqrt(3)) + 1e-9
    assert phi.abs().max() <= math.pi


@pytest.mark.parametrize("firm", [1.3, 2.0])
def test_a_shadow_is_as_dark_as_its_formula_says_by_a_naive_loop(firm: float):
    middle_x, middle_y, wide, high, amount = 30.0, 41.0, 12.0, 6.0, 0.8
    ellipse = Ellipse(*(torch.tensor([[value]]) for value in (middle_x, middle_y, wide, high, amount)))
    expected = torch.zeros(1, 64, 64)
    for y in range(64):
        for x in range(64):
            d = max(0.0, 1 - ((x - middle_x) / wide) ** 2 - ((y - middle_y) / high) ** 2)
            expected[0, y, x] = amount * min(1.0, firm * d) ** 2
    torch.testing.assert_close(ellipse.missing(firm), expected)


class Middle:
    """Dice that always fall in the middle."""

    def uniform(self, low=0.0, high=1.0):
        return torch.full((1, 1), (low + high) / 2, dtype=torch.float64)


def test_light_on_a_ball_is_the_formula_that_stands_above_it():
    """Without relief, and without a window in the highlight."""
    normals = points(200)
    normals[:, 2] = normals[:, 2].abs()  # what is turned to the camera
    lit = torch.tensor([0.48, -0.6, 0.64], dtype=torch.float64)
    key, sky, bounce = (torch.full((1, 3), v, dtype=torch.float64) for v in (0.7, 0.3, 0.2))
    wrap, none = torch.full((1, 1), 0.25, dtype=torch.float64), torch.zeros(1, 1, dtype=torch.float64)
    albedo = torch.full((1, 3, 200), 0.4, dtype=torch.float64)
    skin = Skin(albedo, gloss=none + 0.8, polish=none + 5.0)
    light = Light(lit[None], key, wrap, sky, bounce, window=none)
    found = shade(skin, Middle(), tuple(normals.T[:, None]), light)
    h = lit + torch.tensor([0.0, 0.0, 1.0])
    h = h / h.norm()
    for n, colour in zip(normals, found[0, 0], strict=True):
        d = (1 + float(n[1])) / 2
        E = 0.7 * max(0.0, (float(n @ lit) + 0.25) / 1.25) + (0.3 * (1 - d) + 0.2 * d) * (1 - 0.35 * d**4)
        S = 1.0 * max(0.0, 1 - 5.0 * (1 - float(n @ h))) ** 4 + 0.25 * (1 - float(n[2])) ** 4
        assert float(colour) == pytest.approx(0.4 * E + 0.8 * S, rel=1e-6)
