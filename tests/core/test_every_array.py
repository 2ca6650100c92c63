"""What holds numbers is taken with its meaning or refused by name, in every public function.

The functions are found by inspection; one without an example below, or with an argument that no
example holds, fails the first test.
"""

import inspect
import pkgutil
import re
from dataclasses import is_dataclass
from fractions import Fraction
from importlib import import_module
from typing import Any, NamedTuple

import numpy as np
import pytest
import torch

import numerics
from numerics import no_free_lunch
from numerics.linear_frequency_principle import interpolant
from theory.core import architectures

RNG = np.random.default_rng(5)


class Free(NamedTuple):
    """An array of any shape."""

    value: Any


class Times(NamedTuple):
    """Any shape and infinite, too."""

    value: Any


class Points(NamedTuple):
    """An array (n, D) that may stay a tensor with a gradient, or in float32."""

    value: Any


class Complex(NamedTuple):
    """An array that may be complex."""

    value: Any


def draw(*shape):
    """Numbers that float32 holds, too."""
    return RNG.standard_normal(shape).astype(np.float32).astype(float)


X, NEW, Y = draw(4, 2), draw(3, 2), draw(4)
LINE, ROW = np.array([-1.0, -0.25, 0.5, 1.0]), np.array([0.5, 1.0, 2.0])
A0, W0 = np.array([1.0, -1, 0.5, 2]), np.array([[1.0, 0.5], [-1, 1], [0.5, -1], [-1, -0.5]])
GRAM = np.array([[2.0, 0.5, 0.25], [0.5, 2, 0.5], [0.25, 0.5, 2]])
CIRCLE = np.array([[1.0, 0.0], [0.0, 1.0], [-1.0, 0.0]])
FEATURES = {"K": GRAM, "K_test": GRAM[:2] / 4, "k_test_diag": ROW[1:], "y": ROW}
SIZES = {"n": Free(ROW[:2] * 18), "d": Free(ROW[1:] * 2), "signal": 1.0, "noise": 0.5}
LABELS = np.array([[0, 1, 1], [1, 0, 0]])
LEARNT = {"X": X[:3], "y": LABELS, "test": NEW}
NETWORK = (np.ones(2), np.array([0.0, -0.5]), np.array([1.0, 2.0]), 0.25)
LAYERS = [(draw(3, 1), draw(3)), (draw(1, 3), draw(1))]
PLANE = [(draw(3, 2), draw(3)), (draw(1, 3), draw(1))]
SQUARE = np.array([[-1.0, -1], [1, -1], [1, 1], [-1, 1]])
RATE = {"xi": Free(ROW), "w": ROW, "a": ROW, "density": 1.0, "d": 2, "s": 0.5}
RATE["weights"] = np.array([0.25, 0.25, 0.5])
FLOW = {"X": X, "y": Y, "kappa": 0.5, "kappa_p": 1.0, "a0": A0, "W0": W0, "leak": 0.5, "tol": 1e-3}
DEEP = {"X": Points(X), "Z": Points(NEW), "depth": 3, "weight_variance": 1.5, "bias_variance": 0.5}
DEEP["workers"] = 2
ALIGNED = {"x": LINE, "y": Y, "p": 2}
DECAY = np.array([1.0, 0.5, 0.25, 0.125])
MODES = {"spectrum": DECAY, "target": DECAY, "noise": 0.5}
COUNTS = np.array([1, 2, 3])
PICTURE = np.round(8 * np.sin(np.arange(36.0))).reshape(6, 6) / 8
SQUARES = np.array([[0.0, 1.0, 4.0], [1.0, 0.0, 1.0], [4.0, 1.0, 0.0]])
WIDTHS = np.geomspace(0.1, 100, 120)
KEPT = np.exp(-1 / WIDTHS**2)
WAVES = {"frequencies": ROW, "energies": ROW, "s": Free(ROW)}
WIDTH = {"m": 100.0, "gamma": 0.75, "gamma_p": 0.5, "X": X, "y": Y}
EXAMPLES = {
    "activation_spectrum.transform_size": {"activation": "ricker", "q": Free(ROW), "s": 0.5},
    "activation_spectrum.value": {"activation": "gaussian", "x": Free(X), "s": 0.5},
    "adversarial_example.cosine_law": {"d": Free(np.array([2.0, 3, 64])), "share": Free(ROW / 2)},
    "adversarial_example.flip_distance": {
        "f": Free(ROW),
        "gradient": Free(GRAM),
        "norm": "L2",
    },
    "aliasing.alias_amplitudes": {"k": 1, "N": 8, "rate": np.abs, "count": 3},
    "aliasing.low_alias_share": {"k": 1, "N": 8, "power": 2.5},
    "arc_cosine_kernel.arc_cosine": {"X": Points(X), "Z": Points(NEW), "degree": 1, "workers": 2},
    "backward_error.effective_curvature": {
        "lam": Free(ROW),
        "eta": 0.25,
        "beta": 0.5,
        "method": "nesterov",
    },
    "backward_error.epoch_mean": {
        "batches": (np.sin, np.cos),
        "theta": ROW,
        "eta": 0.25,
        "scheme": "with replacement",
    },
    "backward_error.epoch_mean_second_order": {
        "grads": GRAM,
        "hessians": np.stack([GRAM] * 3),
        "eta": 0.25,
        "scheme": "with replacement",
    },
    "backward_error.modified_field": {
        "grad": ROW,
        "hess": GRAM,
        "third": np.stack([GRAM] * 3),
        "eta": 0.25,
        "order": 2,
    },
    "bad_minimum.dead_probability": {"n": 8, "d": 3},
    "bad_minimum.off_probability": {"m": Free(COUNTS)},
    "bad_minimum.stuck_loss": {"m": Free(COUNTS), "s_a": Free(ROW), "s_w": Free(ROW)},
    "bad_minimum.stuck_probability": {"m": Free(COUNTS), "s_a": Free(ROW), "s_w": Free(ROW)},
    "batch_size.imbalance_path": {"r": 2.0, "eta": 0.25, "s": 0.5, "B": 2, "steps": 3},
    "batch_size.imbalance_rate": {
        "eta": Free(ROW / 4),
        "s": Free(ROW),
        "B": Free(ROW),
        "curvature": Free(ROW),
    },
    "batch_size.product_curvature": {"r": Free(ROW)},
    "compute_law.best_size": {"C": Free(ROW * 100), "alpha": 1.5, "beta": 1.75},
    "compute_law.best_time": {"alpha": 1.5, "beta": 1.75},
    "compute_law.envelope": {"C": Free(ROW * 100), "alpha": 1.5, "beta": 1.75},
    "compute_law.exponents": {"alpha": 1.5, "beta": 1.75},
    "compute_law.joint_law": {"N": Free(ROW), "t": Free(ROW), "alpha": 1.5, "beta": 1.75},
    "compute_law.time_constant": {"alpha": 1.5, "beta": 1.75},
    "compute_law.two_term_envelope": {"C": Free(ROW * 100), "alpha": 1.5, "beta": 1.75},
    "condensation.attractors": ALIGNED | {"sign": -1},
    "condensation.clusters": {"a": Y, "W": X, "cosine": 0.5},
    "condensation.directions": ALIGNED,
    "condensation.dropout_penalty": {"hidden": Free(X), "keep": 0.5},
    "condensation.effective_neurons": {"a": Y, "W": X, "cosine": 0.5, "share": 0.75},
    "condensation.relu_directions": {"X": X, "y": Y},
    "condensation.slope": ALIGNED | {"theta": Free(X)},
    "condensation.turned": ALIGNED | {"theta": ROW, "time": 0.5, "sign": 1},
    "connecting_path.half_readout_loss": {"features": X, "y": Y},
    "connecting_path.mean_readout_loss": {
        "units": Free(COUNTS),
        "points": Free(COUNTS + 3),
        "variance": Free(ROW),
    },
    "connecting_path.path_losses": {
        "corners": [(Y, X), (A0, W0)],
        "loss": lambda a, w: float((a @ w).sum()),
        "points": 3,
    },
    "connecting_path.zero_loss_path": {
        "one": (Y, X),
        "other": (A0, W0),
        "X": X[:2],
        "y": Y[:2],
        "activation": np.tanh,
    },
    "critical_point.critical_points": {
        "theta": draw(2, 6),
        "X": draw(2, 5, 2),
        "y": draw(2, 5),
        "descent": np.array([1, 0]),
        "steps": 2,
        "tolerance": 1e-7,
    },
    "critical_point.index_share": {"e": Free(X), "p": 3.0},
    "critical_point.loss_gradient_hessian": {
        "theta": draw(2, 6),
        "X": draw(2, 5, 2),
        "y": draw(2, 5),
    },
    "deep_frequency_principle.antipodal": {"d": 3},
    "deep_frequency_principle.cusp": {"d": 3},
    "deep_frequency_principle.layer_distances": {
        "X": X,
        "layers": 2,
        "activation": "erf",
        "v": 1.5,
        "b": 0.5,
    },
    "deep_frequency_principle.steps_to_loss": {"x": X, "y": Y, "depth": 3, "tol": 0.25},
    "deep_linear.balanced_time": {"N": 3, "s0": Free(ROW / 8), "s1": Free(ROW / 4), "s": Free(ROW)},
    "deep_linear.final_rate": {"N": 3, "s": Free(ROW)},
    "depth.epochs_to": {"K": GRAM, "Y": X[:3], "share": 0.5},
    "depth.lazy_distance": {"K": GRAM, "Y": X[:3], "theta_0": Free(ROW)},
    "descent_in_context.bayes_risk": {"d": 2, "N": 3, "noise": 0.5},
    "distillation.bayes_risk": {"n": Free(ROW * 18), "k": Free(COUNTS), "b2": Free(ROW)},
    "distillation.distilled_risk": {
        "n": Free(ROW * 24),
        "d": Free(COUNTS + 3),
        "k": Free(COUNTS),
        "sigma": Free(ROW),
        "b2": Free(ROW),
        "fresh": Times(ROW * 20),
    },
    "distillation.distilling_helps": {
        "n": Free(ROW * 24),
        "d": Free(COUNTS + 3),
        "k": Free(COUNTS),
        "sigma": Free(ROW),
        "b2": Free(ROW),
    },
    "distillation.label_risk": {
        "n": Free(ROW * 18),
        "k": Free(COUNTS),
        "sigma": Free(ROW),
        "b2": Free(ROW),
    },
    "distillation.self_distilled_filter": {"s": Free(ROW), "lam": Free(ROW), "times": Free(COUNTS)},
    "distillation.soft_gradient": {"student": Free(X), "teacher": Free(X), "temperature": 4.0},
    "distillation.soft_gradient_series": {
        "student": Free(X),
        "teacher": Free(X),
        "temperature": 4.0,
        "order": 3,
    },
    "double_descent.best_sample_size": {"d": 7, "snr": 4.0},
    "double_descent.feature_learning_curve": MODES | {"n": 3.5, "k": Free(ROW[:2]), "finite": True},
    "double_descent.first_minimum": {"n": 9, "coefficients": ROW, "noise": 0.5},
    "double_descent.norm": SIZES,
    "double_descent.risk": SIZES,
    "double_descent.risk_of_first": {"n": 9, "p": Free(ROW[1:]), "coefficients": ROW, "noise": 0.5},
    "early_mask.mask_distance": {"q": Free(ROW / 4), "overlap": Free(ROW / 4)},
    "early_mask.mask_distance_null": {"q": Free(ROW / 4)},
    "early_mask.mask_overlap": {"r": Free(ROW / 4), "q": Free(ROW / 4)},
    "early_stopping.fitted_fraction": {"t": Times(ROW), "rates": Free(ROW)},
    "early_stopping.optimal_time": {"rates": ROW, "coefficients": ROW, "noise": 0.5},
    "early_stopping.optimal_time_of_a_mode": {
        "rates": Free(ROW),
        "coefficients": Free(ROW),
        "noise": 0.5,
    },
    "early_stopping.risk": {"t": Times(X**2), "rates": ROW, "coefficients": ROW, "noise": 0.5},
    "edge_of_stability.amplification": {"method": "rk4", "z": Free(X)},
    "edge_of_stability.arrival_time": {
        "lambdas": ROW,
        "teacher": ROW,
        "eta": 0.5,
        "start": 0.0625,
    },
    "edge_of_stability.burst_growth": {
        "c": Free(ROW / 16),
        "b": Free(ROW),
        "eta": Free(ROW),
        "alpha": Free(ROW / 16),
    },
    "edge_of_stability.critical_sharpness": {
        "method": "heavy ball",
        "eta": Free(ROW),
        "beta": Free(ROW / 4),
    },
    "edge_of_stability.first_order_shrinkage": {"x": Free(ROW + 1), "y": Free(ROW / 4)},
    "edge_of_stability.flip_coefficient": {
        "f2": Free(ROW),
        "f3": Free(ROW),
        "f4": Free(ROW),
        "eta": Free(ROW),
    },
    "edge_of_stability.flow_sharpness": {"x": Free(ROW), "y": Free(ROW)},
    "edge_of_stability.hovers": {
        "c": Free(ROW),
        "b": Free(ROW),
        "eta": Free(ROW),
        "alpha": Free(ROW),
    },
    "edge_of_stability.linear_net_end": {"lambdas": ROW, "teacher": ROW},
    "edge_of_stability.linear_net_flow": {
        "lambdas": ROW,
        "teacher": ROW,
        "start": np.array([0.5, 0.25, 0.25, 0.25]),
        "t": ROW,
    },
    "edge_of_stability.mirror": {"sigma_0": 2.5},
    "edge_of_stability.product_end": {"x": 1.5, "y": 0.25, "eta": 0.25},
    "edge_of_stability.product_path": {"x": 1.5, "y": 0.25, "eta": 0.25, "steps": 3},
    "edge_of_stability.product_step": {"r": Free(ROW), "q": Free(ROW), "eta": Free(ROW)},
    "edge_of_stability.reduced_path": {
        "alpha": 0.0625,
        "b": 1.0,
        "c": 0.5,
        "eta": 1.0,
        "x0": 0.25,
        "y0": 0.0,
        "steps": 3,
    },
    "edge_of_stability.sgd_edge": {"curvatures": ROW, "batch": 2},
    "edge_of_stability.sgd_growth": {"curvatures": ROW, "batch": 2, "eta": 0.5},
    "edge_of_stability.two_cycle": {"df": np.tanh, "eta": 2.5, "guess": 0.75},
    "effective_target.crossing_time": {"N": 3, "s": 2.0, "u0": 0.5, "sigma": 1.5},
    "emergence.best_right": {"T": 9, "m": 3},
    "emergence.exact_match": {"eps": Free(ROW / 4), "L": Free(np.array([1.0, 2, 4]))},
    "emergence.separable": {"n": Free(np.array([4.0, 6])), "m": Free(np.array([2.0, 3]))},
    "emergence.steepest": {"a": 0.5, "L": Free(np.array([1.0, 2, 4]))},
    "filtered_label.linear_ratio": {"a": ROW, "s": ROW},
    "filtered_label.null_ratio": {"D2": SQUARES, "s": Free(ROW)},
    "few_parameters.label_changes": {"X": X, "y": np.array([1, -1, -1, 1]), "w": ROW[:2]},
    "few_parameters.separable_probability": {"n": Free(COUNTS * 4), "N": Free(COUNTS)},
    "few_parameters.zigzag_numbers": {"inputs": Free(ROW + 1), "changes": Free(ROW)},
    "few_parameters.zigzag_weights": {"t": Y, "y": np.array([1, -1, -1, 1])},
    "finite_bias.flat_bias_error": {k: RATE[k] for k in ("w", "a", "weights")}
    | {"x": LINE, "pull": Y, "half_width": 50.0},
    "finite_bias.share_of_the_model": {k: RATE[k] for k in ("w", "a", "weights")}
    | {"kinks": LINE, "square": LINE**2, "std": 2.0, "train": "b"},
    "fitted_loss.permutation_midpoint": {"a": A0, "W": W0, "X": X},
    "fitting_time.label_flow": {"K": GRAM, "y": Free(ROW), "t": Free(X**2)},
    "fitting_time.majorises": {"a": ROW, "b": ROW + 1},
    "fitting_time.permuted_label_flow": {"K": GRAM, "y": Free(ROW), "t": Free(X**2)},
    "fitting_time.random_label_flow": {"K": GRAM, "t": Free(X**2)},
    "fitting_time.time_to": {"K": GRAM, "y": Free(ROW), "share": 0.25, "permuted": True},
    "flat_minimum.allowed_error": {"curvature": Free(ROW), "t": Free(ROW)},
    "flat_minimum.averaged_trace": {"trace": Free(ROW), "M": Free(np.array([1.0, 2, 4]))},
    "flat_minimum.bits_saved": {"c": Free(ROW)},
    "flat_minimum.cost_of_a_shift": {"curvatures": ROW, "s": Free(ROW)},
    "flat_minimum.least_squares_excess": {"d": 2, "n": 5, "sigma": Free(ROW)},
    "flat_minimum.least_trace": {"T_a": Free(ROW), "T_w": Free(ROW)},
    "flat_minimum.neuron_curvatures": {"a": A0, "W": W0, "X": X},
    "flat_minimum.rescaled_trace": {"T_a": Free(ROW), "T_w": Free(ROW), "c": Free(ROW)},
    "flat_minimum.rounding_cost": {"spacing": Free(ROW), "trace": Free(ROW)},
    "flatness_measure.inverse_squared_distance": {"trace": Free(ROW), "N": 3, "t": Free(ROW)},
    "flatness_measure.largest_loss": {"eigenvalue": Free(ROW), "r": Free(ROW)},
    "flatness_measure.log_box": {"diagonal": ROW, "t": 0.5},
    "flatness_measure.log_rescaled_box": {"c": Free(ROW), "N": 3},
    "forced_drift.drift_lower_bound": WIDTH | {"left": 0.25, "failure": 0.25},
    "frequency_content.low_frequency_ratio": WAVES,
    "frequency_content.ratio_density": WAVES,
    "frequency_peak.geometric_mean_frequency": {"s": WIDTHS, "rdf": 2 * KEPT / WIDTHS**3},
    "frequency_peak.level": {"s": WIDTHS, "lfr": KEPT, "part": 0.25},
    "frequency_peak.peak": {"s": WIDTHS, "lfr": KEPT},
    "frequency_peak.resolution_ratio": {},
    "frequency_principle.gaussian_filter": {"X": X, "delta": 0.5},
    "frequency_principle.nearest_to_the_low_wave": {"rho": 2.0},
    "frequency_principle.principal_coordinate": {"X": X},
    "frequency_principle.pulls": {"k": Free(ROW), "w": 2.0, "a": 0.5, "b": 0.25},
    "frequency_principle.relative_errors": {
        "x": LINE,
        "output": Free(draw(2, 4)),
        "target": Y,
        "k": ROW,
    },
    "frequency_principle.spectrum": {"x": LINE, "y": Free(draw(2, 4)), "k": ROW},
    "frequency_principle.spectrum_slope": {"images": Free(draw(2, 8, 8))},
    "gradient_flow.boost": {"A": A0, "V": W0, "impulse": draw(4, 2)},
    "gradient_flow.decay": {"K": GRAM, "h": 0.5, "e": ROW},
    "gradient_flow.reference": FLOW | {"courant": 0.25, "max_steps": 20},
    "gradient_flow.solve": FLOW | {"weight": ROW[0] + 0 * A0, "rtol": 0.1, "max_steps": 200},
    "gradient_flow.start": {"m": 100.0, "D": 2, "nodes": 8, "seed": 1},
    "gradient_noise.alignment": {"curvatures": ROW, "d": LINE[:3], "sigma": 0.5},
    "gradient_noise.escape": {"curvature": 2.0, "depth": 1.5, "noise": 0.5},
    "grokking.accuracy": {"cosine": Free(X / 8)},
    "grokking.alignment": {
        "t": Free(ROW),
        "scale": Free(ROW),
        "rho": Free(ROW / 4),
        "decay": Free(np.array([0.5])),
    },
    "grokking.decay_steps": {
        "start": Free(ROW + 2),
        "end": Free(ROW),
        "rate": Free(np.array([0.5])),
        "decay": Free(np.array([0.25])),
    },
    "grokking.fitting_time": {
        "scale": Free(ROW),
        "error": Free(np.array([0.25])),
        "rho": Free(np.array([0.5])),
        "decay": Free(ROW),
    },
    "grokking.jump_norm": {"rho": Free(ROW / 4)},
    "grokking.jump_time": {"scale": Free(ROW), "rho": Free(ROW / 4), "decay": Free(ROW)},
    "hardness.half_spaces": {"part": (0, 1), "n": 3},
    "hardness.splittable": {"sets": ((0, 1), (1, 2)), "n": 3},
    "hardness.splitting_points": {"sets": ((0, 1), (1, 2)), "n": 3},
    "hard_sample.equalising_weight": {
        "K": GRAM,
        "y": ROW,
        "side": np.array([1.0, 0.0, 1.0]),
        "share": 0.25,
        "most": 8.0,
    },
    "hard_sample.gain": {"weight": Free(ROW + 1), "share": Free(ROW / 4)},
    "hard_sample.ratio_of_times": {"rate": ROW, "hard_rate": ROW, "weight": ROW},
    "hard_sample.side_times": {
        "K": GRAM,
        "y": ROW,
        "sides": np.array([[1.0, 0.0, 1.0], [0.0, 1.0, 0.0]]),
        "weights": ROW,
        "share": 0.25,
    },
    "hard_sample.weighted_flow": {"K": GRAM, "y": ROW, "weights": ROW, "t": Times(ROW)},
    "image_regression.band_errors": {
        "image": PICTURE,
        "outputs": PICTURE,
        "edges": np.array([0.0, 1.5, 3.0]),
    },
    "image_regression.cut_off": {"t": Free(ROW), "A": 0.5, "B": 2.0},
    "image_regression.decoder_gain": {"omega": Free(ROW / 4)},
    "image_regression.grey_images": {"size": 4},
    "image_regression.half_times": {
        "image": PICTURE,
        "edges": np.array([0.0, 1.5, 3.0]),
        "depth": 3,
        "bias_variance": 0.5,
    },
    "image_regression.high_share": {"image": PICTURE, "output": PICTURE, "radius": 1.5},
    "image_regression.image_flow": {
        "image": PICTURE,
        "t": Times(ROW),
        "depth": 3,
        "bias_variance": 0.5,
    },
    "image_regression.response": {"t": Times(ROW), "xi": Free(ROW), "A": 0.5, "B": 2.0},
    "in_context_learning.attention_matrix": {"Lambda": GRAM, "N": 5, "noise": 0.5},
    "in_context_learning.attention_risk": [
        {"d": Free(COUNTS), "N": Free(2 * COUNTS), "noise": Free(ROW)},
        {"d": Free(COUNTS), "N": Free(COUNTS), "noise": Free(ROW), "s": Free(ROW)},
        {"d": Free(COUNTS), "N": Free(COUNTS), "noise": Free(ROW), "M": Free(COUNTS)},
    ],
    "in_context_learning.matrix_risk": {"Lambda": GRAM, "N": 5, "noise": 0.5},
    "inductive_bias.invariant_dimension": {"places": 7, "signs": 3},
    "inductive_bias.least_norm_error": {"n": Free(ROW), "features": Free(ROW * 4)},
    "inductive_bias.local_dimension": {"window": Free(COUNTS)},
    "inductive_bias.sample_factor": {"places": 7, "signs": 3},
    "inductive_bias.shift_average": {"kernel": lambda A, B: A @ B.T, "X": X, "Z": NEW},
    "infinite_width.gram_fluctuation": {"X": Points(X), "m": 100.0},
    "infinite_width.interpolant_deviation": {
        "X": X,
        "y": Y,
        "X_new": NEW,
        "m": 100.0,
        "kappa_p": 0.5,
        "nodes": 64,
        "seed": 1,
    },
    "infinite_width.kernel_fluctuation": {"X": X, "m": 100.0, "kappa_p": 2.0},
    "jacobi_iteration.sweep_matrix": {"N": 5, "omega": 0.5},
    "jacobi_iteration.symbol": {"k": Free(ROW), "N": 5, "omega": 0.5},
    "jacobi_iteration.two_grid_matrix": {"N": 5, "omega": 0.5, "before": 1, "after": 2},
    "joint_error.beta_hardness": {"J": 2.0, "N": 100, "e": 0.125},
    "joint_error.joint_errors": {"N": 100, "errors": ROW / 4},
    "joint_error.pair_bounds": {"J": 2.0, "N": 100, "e": 0.125},
    "joint_error.two_point_hardness": {"J": 2.0, "N": 100, "e": 0.125},
    "kernel_flow.linearised_flow": {
        "K": GRAM,
        "y": ROW,
        "t": Times(ROW),
        "f0": draw(3),
        "K_new": draw(2, 3),
        "f0_new": draw(2),
    },
    "kernel_flow.predictions": {
        "X": X,
        "y": Y,
        "X_new": NEW,
        "t": Times(ROW),
        "depth": 3,
        "bias_variance": 0.5,
    },
    "law_of_robustness.bump_slope": {"X": X, "y": Y},
    "law_of_robustness.cluster_slope": {
        "n": Free(np.array([8, 16])),
        "D": Free(np.array([8])),
        "p": Free(np.array([32])),
        "noise": Free(np.array([0.5])),
    },
    "law_of_robustness.shortest_length": {
        "n": Free(np.array([2, 3])),
        "D": Free(np.array([[8], [9]])),
        "noise": Free(np.array([0.5])),
    },
    "layers_in_context.descent_risk": {"K": 2, "d": 2, "N": 5, "noise": 0.5},
    "layers_in_context.one_rate_risk": {"d": 2, "N": 5, "noise": 0.5},
    "layers_in_context.polynomial_risk": {"K": 3, "d": 2, "N": 5, "noise": 0.5},
    "layers_in_context.trace_moments": {"k": 3, "d": 2, "N": 5},
    "learning_curve.feature_curve": MODES | {"n": 2.5, "k": Free(ROW)},
    "learning_curve.fixed_point": {"spectrum": DECAY, "n": Free(ROW), "ridge": 0.5},
    "learning_curve.learning_curve": MODES | {"n": Free(ROW), "ridge": 0.5},
    "learning_curve.local_slope": MODES | {"n": Free(ROW), "ridge": 0.5},
    "linear_frequency_principle.Interpolant.__call__": {"x": Free(X)},
    "leave_one_out.leave_one_out": {"K": GRAM, "y": X[:3]},
    "leave_one_out.neighbour_disagreement": [
        {
            "X": X,
            "labels": np.array([0, 1, 1, 2]),
            "X_new": NEW,
            "labels_new": np.array([0, 1, 2]),
            "k": 2,
        },
        {
            "X": X,
            "labels": np.array([0, 1, 1, 2]),
            "X_new": NEW,
            "labels_new": np.array([0, 1, 2]),
            "delta": 0.5,
        },
    ],
    "linear_frequency_principle.bias_density": [{"std": 0.5}, {"half_width": 0.5}],
    "linear_frequency_principle.crossover_frequency": {"cubic": 1.5, "linear": 0.5},
    "linear_frequency_principle.decay_rate": RATE | {"activation": "ricker"},
    "linear_frequency_principle.input_weight_rate": RATE | {"activation": "gaussian"},
    "linear_frequency_principle.interpolant": {"x": LINE, "y": Y, "cubic": 1.5, "linear": 0.5},
    "linear_frequency_principle.moments": {k: RATE[k] for k in ("w", "a", "weights")},
    "linear_frequency_principle.neurons": {k: RATE[k] for k in ("w", "a", "weights")},
    "linear_regime.drift_bound": WIDTH | {"m": 1e12, "X": CIRCLE, "y": ROW, "failure": 0.25},
    "linear_region.along_line": {"layers": PLANE, "start": draw(2), "end": draw(2)},
    "linear_region.arrangement_regions": {"W": X, "b": Y},
    "linear_region.breakpoints": {"layers": LAYERS, "low": -2.0, "high": 2.0},
    "linear_region.deep_bounds": {"n": 4, "d": 2, "L": 3},
    "linear_region.line_maximum": {"n": Free(np.array([2, 3])), "L": 2},
    "linear_region.maximum": {"n": 4, "d": 2},
    "linear_region.orders": {"counts": 10**400},
    "linear_region.pieces": {"layers": LAYERS, "low": -2.0, "high": 2.0},
    "linear_region.plane_regions": {"layers": PLANE, "corners": SQUARE},
    "linear_region.sawtooth": {"k": 2},
    "linear_region.shallow_with_as_many_parameters": {"n": 4, "d": 2, "L": 3},
    "loss_landscape.least_curvature": {"a": Free(ROW), "b": Free(ROW), "lam": Free(ROW)},
    "loss_landscape.product_least_curvature": {"R": Free(ROW)},
    "memorisation.chance": {"classes": Free(ROW + 1)},
    "memorisation.decay_of_dropout": {"q": Free(ROW / 4)},
    "memorisation.fit_error": {"K": GRAM, "lam": 0.5},
    "memorisation.fit_matrix": {"K": GRAM, "lam": 0.5},
    "memorisation.largest_decay": {"K": GRAM},
    "memorisation.rate": {"K": GRAM, "eta": Free(ROW / 4)},
    "memorisation.share_after_batches": {
        "batch": Free(ROW + 1),
        "n": Free(ROW + 2),
        "steps": Free(ROW),
    },
    "local_frequency.local_frequency": {"x": LINE, "f": Y, "width": 4.0},
    "local_frequency.local_times": {"K": GRAM, "x": ROW, "y": ROW, "width": 0.5, "share": 0.25},
    "lottery_ticket.start_of_the_kept": {"r": Free(ROW / 4), "kept": Free(ROW)},
    "minimum_norm.kernel_interpolant": {
        "K": GRAM,
        "y": ROW,
        "K_new": draw(2, 3),
        "f_0": draw(3),
        "f_0_new": draw(2),
    },
    "minimum_norm.minimum_norm": {"Phi": X.T, "y": Y[:2], "theta_0": draw(4), "rtol": 1e-12},
    "missing_corner.leave_one_out": {"d": 4},
    "mode_connectivity.barrier": {"losses": Free(X)},
    "mode_connectivity.barrier_bound": {"curvature": Free(ROW), "distance": Free(ROW)},
    "mode_connectivity.cross_kernel": {"X": X, "s": 0.25},
    "mode_connectivity.line_prediction": {"X": X, "y": Y, "s": 0.25},
    "mode_connectivity.matched": {"units": X, "others": W0},
    "mode_connectivity.midpoint_share": {},
    "multiscale_network.derivative_factor": {"frequency": Free(ROW), "order": 1.0},
    "multiscale_network.feature_kernel": {"distance": Free(X), "bandwidth": 0.5},
    "multiscale_network.feature_ratio": {"k": Free(ROW), "bandwidth": 0.5},
    "multiscale_network.mixture_rate": {
        "xi": Free(ROW),
        "scales": ROW,
        "shares": np.array([0.25, 0.25, 0.5]),
        "w": 0.5,
        "a": 0.25,
        "d": 2,
    },
    "multiscale_network.mode_ratio": {"kernel": Free(GRAM), "x": ROW, "high": 2.0, "low": 1.0},
    "multiscale_network.slope_factor": {"n": 2.0, "weight": Free(X)},
    "negative_curvature.negative_share": {"eigenvalues": Y},
    "no_free_lunch.all_labelings": {"points": 3},
    "no_free_lunch.constant": LEARNT,
    "no_free_lunch.cube": {"d": 3},
    "no_free_lunch.elephant": {
        "t": Free(X),
        "wiggle": 40.0,
        "coefficients": Complex(np.array([50.0 - 30j, 18 + 8j, 12 - 10j, -14 - 60j])),
    },
    "no_free_lunch.expected_accuracy": {"K": 3},
    "no_free_lunch.hit_counts": {"m": 3, "K": 2},
    "no_free_lunch.hits": {
        "learner": no_free_lunch.majority,
        "X": X,
        "labels": np.array([[0, 1, 1, 0], [1, 1, 0, 0]]),
        "training": np.array([0, 2]),
    },
    "no_free_lunch.kernel_ridge": LEARNT | {"ridge": 0.5},
    "no_free_lunch.majority": LEARNT,
    "no_free_lunch.nearest_neighbour": LEARNT,
    "no_free_lunch.opposite": LEARNT,
    "no_free_lunch.outline": {
        "t": Free(X),
        "coefficients": Complex(np.array([50.0 - 30j, 18 + 8j, 12 - 10j, -14 - 60j])),
    },
    "no_free_lunch.threshold_labelings": {"X": X},
    "noise_temperature.best_temperature": {
        "d": 2,
        "beta_n": 40.0,
        "tr_HS": 3.5,
        "tr_S": 1.5,
        "s_0": 0.5,
    },
    "noise_temperature.kl": {"tau": Free(ROW), "spread": ROW, "theta": ROW, "s_0": 0.5},
    "noise_temperature.stationary_variance": {
        "lambdas": Free(ROW),
        "eta": 0.25,
        "B": 2,
        "noise": Free(ROW),
        "examples": 5,
    },
    "norm_and_curvature.edge_norm": {
        "tau": Free(ROW),
        "input_scale": Free(ROW),
        "layers": Free(np.array([1, 2, 3])),
    },
    "norm_and_curvature.hessian_split": {
        "theta": [draw(2, 3), draw(3, 2)],
        "X": X,
        "y": np.array([0, 1, 1, 0]),
    },
    "norm_and_curvature.positive_share": {
        "trace_ratio": Free(X),
        "d": Free(np.array([4, 9])),
    },
    "norm_and_curvature.zone": {
        "norms": ROW,
        "shares": np.array([0.5, 0.75, 0.625]),
        "level": 0.5,
    },
    "norm_and_width.relative_change": {
        "change": Free(ROW),
        "length": Free(np.array([2.0])),
        "inputs": Free(np.array([3])),
        "width": Free(ROW + 1),
        "classes": Free(np.array([2])),
    },
    "norm_and_width.spectral_product": {
        "inputs": Free(ROW + 1),
        "width": Free(ROW + 1),
        "hidden": Free(np.array([1, 2, 3])),
    },
    "norm_and_width.total_norm": {"width": Free(ROW + 1), "classes": Free(ROW + 1)},
    "overfitting.lagrange_variance": {"nodes": LINE},
    "overfitting.plateau": {"n": 9, "fast_inputs": 4, "slow_signal": 1.0, "noise": 0.5},
    "overfitting.ridge_risk": {"X": X, "signal": 1.0, "noise": 0.5},
    "overfitting.two_speed_levels": {
        "fast": 1.0,
        "slow": 2.0,
        "fast_noise": 0.5,
        "slow_noise": 0.25,
    },
    "parameter_count.count": {"net": architectures.alexnet()},
    "parameter_count.dense_stack": {
        "inputs": Free(np.array([2, 3])),
        "width": Free(np.array([10, 20])),
        "depth": Free(np.array([[1], [2]])),
        "outputs": Free(np.array([1])),
    },
    "parameter_count.misprints": {"number": 120},
    "parameter_count.rounded": {"number": 1234, "digits": 2},
    "parameter_count.transformer": {
        "depth": Free(np.array([2, 3])),
        "width": Free(np.array([8, 16])),
        "vocabulary": Free(np.array([100])),
        "context": Free(np.array([8])),
    },
    "parameter_count.variants": {"printed": 12, "base": 21, "digits": 2, "most": 1},
    "parity.accuracy": {"d": 4, "fraction": 0.5, "draws": 2, "seed": 1},
    "parity.corners": {"d": 3},
    "parity.gram": {"d": 3},
    "parity.parity": {"points": Free(SQUARE)},
    "parity.sampled_transform": {"k": Free(X), "points": SQUARE},
    "parity.sampling_error": {"n": Free(ROW + 1), "d": 4, "power": Free(ROW / 2)},
    "parity.transform": {"k": Free(X), "d": 2},
    "parity.walsh_eigenvalues": {"d": 4},
    "parity.walsh_hadamard": {"values": Free(X)},
    "parity.weight_by_degree": {"values": Free(X)},
    "phase_diagram.drift_bounds": {"gamma": 0.75, "gamma_p": 0.5},
    "phase_diagram.four_point_problem": {},
    "phase_diagram.input_exponent": {"gamma": Free(ROW), "gamma_p": Free(ROW)},
    "phase_diagram.lazy_relative_distance": WIDTH | {"m": np.array([64.0, 128.0])},
    "phase_diagram.local_exponent": WIDTH,
    "phase_diagram.locate": {
        "m": 100.0,
        "beta_1": 0.5,
        "beta_2": 2.0,
        "alpha": 4.0,
        "eta_a": 0.5,
        "eta_w": 2.0,
    },
    "phase_diagram.output_exponent": {"gamma": Free(ROW), "gamma_p": Free(ROW)},
    "phase_diagram.relative_distance": WIDTH
    | {"X": CIRCLE, "y": ROW, "nodes": 64, "seed": 1, "rtol": 0.1, "tol": 1e-3},
    "pruning.best_set": {"H": GRAM, "theta": ROW, "s": 2},
    "pruning.energy_lost": {"q": Free(ROW / 4), "law": "normal"},
    "pruning.kept_variance": {"q": Free(ROW / 4), "law": "Laplace"},
    "pruning.prune_loss": {"H": GRAM, "theta": ROW, "S": np.array([0, 2]), "retrained": True},
    "pruning.saliency": {"H": GRAM, "theta": ROW, "kind": "curvature"},
    "pruning.wishart_factor": {"n": Free(COUNTS * 4), "p": Free(COUNTS * 3), "s": Free(COUNTS)},
    "random_feature.interpolant_spread": FEATURES | {"k": 5},
    "random_feature.typical_deviation": FEATURES | {"k": 3},
    "random_subspace.dimension_for": {"h": DECAY, "u": Y, "share": 0.5},
    "random_subspace.power_level": {"power": Free(ROW + 1), "dimensions": Free(ROW)},
    "random_subspace.subspace_loss": {"h": DECAY, "u": Y, "dimensions": 2.0},
    "random_subspace.subspace_loss_equal": {"rank": Free(COUNTS + 3), "dimensions": Free(COUNTS)},
    "random_subspace.trace_level": {"h": DECAY, "dimensions": 2.0},
    "random_filter.conv_kernel": {"X": X, "Z": NEW, "window": 2},
    "residual_norm.gradient_growth": {"kind": "norm", "n": 3},
    "residual_norm.record_law": {"n": 3},
    "residual_norm.residual_alpha": {"kind": "norm", "n": 3},
    "residual_path.path_law": {"alpha": ROW},
    "residual_path.path_share": {"law": np.array([0.25, 0.5, 0.25]), "low": 1, "high": 2},
    "residual_path.tilt_interval": {"n": 9, "low": 2, "high": 4, "share": 0.5},
    "ridge_limit.ridge_risk": {"gamma": Free(ROW), "signal": 1.5, "noise": 0.5},
    "robust_accuracy.gaussian_ratio": {"mu": 2.0, "s": 0.5, "d": 64},
    "robust_accuracy.robust_accuracy": {"mu": ROW, "s": 0.5, "eps": 0.25, "norm": "Linf"},
    "robust_accuracy.standard_accuracy": {"mu": ROW, "s": 0.5},
    "runge_phenomenon.best_time": {"count": 4},
    "runge_phenomenon.design": {"x": LINE, "degree": 3},
    "runge_phenomenon.flow": {"t": Times(ROW), "x": LINE, "y": Y, "z": ROW, "degree": 2},
    "runge_phenomenon.interpolation_error": {"x": Free(X)},
    "runge_phenomenon.nodes": {"count": 4},
    "runge_phenomenon.roughness": {"degree": 3},
    "runge_phenomenon.sup_error": {"t": Times(ROW), "count": 4, "points": 9},
    "runge_phenomenon.target": {"x": Free(X)},
    "sample_filter.circle_eigenvalue": {
        "n": 8,
        "k": Free(np.array([0.0, 1, 3])),
        "delta": Free(ROW),
    },
    "sample_filter.smoothed_ratio": {"D2": SQUARES, "Y": X[:3], "s": Free(ROW)},
    "sample_filter.smoother": {"D2": SQUARES, "s": 0.5},
    "sample_filter.squared_distances": {"D2": SQUARES},
    "scale_training.cone_probability": {"targets": Free(COUNTS), "units": Free(COUNTS)},
    "scale_training.scale_count": {"width": Free(COUNTS)},
    "scale_training.scale_share": {
        "width": Free(ROW * 2),
        "inputs": Free(ROW * 4),
        "classes": Free(ROW * 2),
    },
    "scaling_law.data_constant": {"alpha": 1.5, "beta": 1.75},
    "scaling_law.data_exponent": {"alpha": 1.5, "beta": 1.75},
    "scaling_law.feature_constant": {"alpha": 1.5, "beta": 1.75},
    "scaling_law.feature_exponent": {"alpha": 1.5, "beta": 1.75},
    "seed_spread.independent_spread": {"p": ROW / 2},
    "seed_spread.seed_variance": {
        "K": GRAM,
        "K_test": GRAM[:2] / 4,
        "diag": ROW[1:],
        "y": ROW,
        "k": 6,
    },
    "sgd_regularisation.adam_step": {
        "g": Free(ROW),
        "m": Free(ROW),
        "v": Free(ROW),
        "step": 2,
        "eta": 0.5,
        "beta_1": 0.5,
        "beta_2": 0.75,
        "eps": 0.25,
    },
    "sgd_regularisation.diagonal_step": {
        "x": Free(ROW),
        "w": Free(ROW),
        "G": Free(ROW),
        "eta": 0.25,
    },
    "sgd_regularisation.entropy_solution": {"Z": X.T, "y": Y[:2], "q": 0.5},
    "sgd_regularisation.preconditioned_solution": {
        "X": X.T,
        "y": Y[:2],
        "P": np.ones(4),
        "start": Y,
    },
    "standard_kernel.kernel_trace": {"q": Free(ROW), "D0": 3, "D": 4, "L": 2},
    "standard_kernel.standard_kernel": {"X": Points(X), "L": 2, "D": 4},
    "stationary_point.random_loss": {"rank": Free(ROW), "n": Free(ROW + 1), "variance": 0.5},
    "stationary_point.reachable_share": {"J": X, "e": Y},
    "stationary_point.stationary_loss": {"J": X, "y": Y},
    "straight_line.bump_loss": {"s": Free(ROW / 4), "h": Free(ROW)},
    "straight_line.bump_threshold": {},
    "straight_line.largest_rise": {"losses": Free(X)},
    "straight_line.line_losses": {
        "start": ROW,
        "end": 2 * ROW,
        "loss": np.linalg.norm,
        "points": 3,
    },
    "strong_ticket.best_subset": {"weights": ROW, "z": 0.5},
    "strong_ticket.chance_bound": {"eps": Free(ROW / 8), "k": Free(COUNTS)},
    "strong_ticket.median_error": {"z": Free(ROW), "k": Free(COUNTS)},
    "strong_ticket.subset_density": {"z": Free(ROW), "k": Free(COUNTS)},
    "student_network.attention_map": {"h": Free(SQUARE[None])},
    "student_network.receptive_field": {
        "window": Free(COUNTS),
        "stride": Free(COUNTS),
        "layers": Free(COUNTS),
    },
    "student_network.window_error": {"mean_square": Free(ROW)},
    "symmetry.batch_norm_deviation": {"c": Free(ROW), "variance": Free(ROW), "eps": Free(ROW)},
    "tangent_kernel.nngp": DEEP,
    "tangent_kernel.ntk": DEEP,
    "tangent_kernel.two_layer_kernel": {
        "X": Points(X),
        "Z": Points(NEW),
        "m": 2.0,
        "kappa": 0.5,
        "kappa_p": 0.25,
        "workers": 2,
    },
    "task_inference.drift": {"q": 0.75, "eps": 0.25},
    "task_inference.mixture_accuracy": {"n": 3, "q": 0.75, "eps": 0.25, "labels": "honest"},
    "task_inference.predictive": {
        "prompt": np.array([[0, 1, 1], [1, 0, 1]]),
        "q": 0.75,
        "eps": 0.25,
    },
    "task_inference.share_kept": {"n": 3, "q": 0.75, "eps": 0.25},
    "trainability.gradient_correlation": {"theta": Free(ROW), "L": 2},
    "trainability.he_variance": {"D": Free(ROW + 1), "leak": 0.5},
    "trainability.relu_moment": {"D": 4.0, "s": Free(ROW), "L": Free(ROW)},
    "trainability.tanh_moments": {"q": 0.5, "L": 2, "v_w": 1.5, "v_b": 0.5, "nodes": 20},
    "trainable_depth.correlation": {"rho": Free(ROW / 2), "L": 2},
    "trainable_depth.critical_depth": {"D": Free(ROW + 1)},
    "trajectory.straightness": {"path": X},
    "trajectory.trajectory_shares": {"rates": ROW, "ways": ROW, "times": ROW},
    "trajectory.update_shares": {"places": Free(COUNTS + 3), "directions": Free(COUNTS)},
    "trajectory.walk_shares": {"places": 5},
    "trajectory.walk_straightness": {"places": Free(COUNTS + 3)},
    "universal_approximation.broken_line": {"values": ROW},
    "universal_approximation.distance_of_cubics": {},
    "universal_approximation.error_bound": {"curvature": 0.5, "m": Free(ROW + 1)},
    "universal_approximation.invariants": {"w": ROW, "b": draw(3), "a": draw(3)},
    "universal_approximation.output": {"network": NETWORK, "x": Free(X)},
    "universal_approximation.relative_distance": {"found": NETWORK, "wanted": NETWORK},
    "untrained_decoder.filter_risk": {
        "share": Free(Y[:3]),
        "signal": Free(ROW),
        "sigma": Free(ROW),
    },
    "untrained_decoder.gain_db": {
        "modes": Free(ROW * 4),
        "range_": Free(ROW),
        "sigma": Free(ROW),
        "missed": Free(ROW),
    },
    "untrained_decoder.range_gain": {"modes": Free(ROW * 4), "range_": Free(ROW)},
    "useful_feature.relabelled_accuracy": {
        "d": 50,
        "n": 400,
        "mu": 2.0,
        "s": 1.0,
        "eps": 0.5,
        "labels": "random",
    },
    "useful_feature.turning_step": {"distance": 4.0, "others": 9},
    "weak_solution.dirichlet_gap": {"a": ROW[:2], "f": Y[:2], "l": 0.5, "r": 2.0},
    "weak_solution.interface_correction": {
        "p": Free(ROW),
        "a_minus": Free(ROW),
        "a_plus": Free(ROW + 1),
        "l": Free(ROW),
        "r": Free(ROW),
    },
    "weak_solution.strong_solution": {
        "a": ROW[:2],
        "f": Y[:2],
        "x": Free(ROW / 4),
        "l": 0.5,
        "r": 2.0,
    },
    "weak_solution.weak_solution": {
        "a": ROW[:2],
        "f": Y[:2],
        "x": Free(ROW / 4),
        "l": 0.5,
        "r": 2.0,
    },
    "weight_fluctuation.averaged_variance": {
        "a": Free(ROW / 4),
        "T": Free(np.array([1.0, 2, 4])),
    },
    "weight_fluctuation.least_squares_variance": {
        "curvature": ROW,
        "sigma": 0.5,
        "eta": 0.25,
        "B": 4,
    },
    "weight_fluctuation.reshuffled_variance": {
        "curvature": Free(ROW),
        "C": Free(ROW),
        "eta": 0.25,
        "M": 4,
        "j": Free(np.array([0.0, 1, 4])),
    },
    "weight_fluctuation.stationary_variance": {
        "curvature": Free(ROW),
        "C": Free(ROW),
        "eta": 0.5,
        "B": 4,
    },
    "weight_fluctuation.variance_slope": {"curvature": Free(ROW), "eta": 0.5},
    "weight_norm.least_error": {
        "norm": Free(ROW),
        "layers": Free(np.array([1, 2, 3])),
        "distance": Free(ROW),
        "labels": Free(ROW * 4),
    },
    "weight_norm.lipschitz_bound": {"norm": Free(X**2), "layers": Free(np.array([1, 2]))},
    "weight_norm.needed_norm": {
        "layers": Free(np.array([1, 2, 3])),
        "distance": Free(ROW),
        "labels": Free(ROW),
    },
    "wide_network_convergence.least_eigenvalue": {"X": X},
    "wide_network_convergence.sufficient_width": {"X": CIRCLE, "e_0": 0.5, "failure": 0.25},
}
# arguments that are words, truths, functions, descriptions or parts of a list
NO_NUMBERS = {
    "activation",
    "antisymmetric",
    "basis",
    "bias",
    "df",
    "family",
    "kernel",
    "kind",
    "layer",
    "learner",
    "lines",
    "log",
    "method",
    "net",
    "protocol",
    "network",
    "record",
    "rows",
    "sampled",
    "start",
    "supremum",
    "train",
    "weighted",
}


def public():
    """Every public function of ``numerics`` by its name, and objects that are called."""
    found = {}
    for module in pkgutil.iter_modules(numerics.__path__):
        if module.ispkg:
            continue
        topic = import_module(f"numerics.{module.name}")
        for name, member in vars(topic).items():
            if name.startswith("_") or getattr(member, "__module__", None) != topic.__name__:
                continue
            if not inspect.isclass(member):
                if callable(member):
                    found[f"{module.name}.{name}"] = member
            elif "__call__" in vars(member):
                found[f"{module.name}.{name}.__call__"] = member.__call__
            else:
                assert is_dataclass(member), f"{name}: what does it take?"
    return found


FUNCTIONS = public()
BOUND = {
    "linear_frequency_principle.Interpolant.__call__": interpolant(LINE, Y, cubic=1.5, linear=0.5)
}


def examples(name):
    given = EXAMPLES[name]
    return given if isinstance(given, list) else [given]


def plain(value):
    """The example as it is passed."""
    if isinstance(value, Free | Times | Points | Complex):
        return value.value
    return type(value)(map(plain, value)) if isinstance(value, tuple | list) else value


def answer(name, given):
    function, arguments = BOUND.get(name, FUNCTIONS[name]), {k: plain(v) for k, v in given.items()}
    if "counts" in arguments:
        return function(arguments["counts"])
    found = function(**arguments)
    return list(found) if inspect.isgenerator(found) else found


def leaves(value, path=()):
    """Where numbers lie in an argument, and what they are."""
    if isinstance(value, tuple | list) and not isinstance(value, Free | Times | Points | Complex):
        for place, part in enumerate(value):
            yield from leaves(part, (*path, place))
    elif not isinstance(value, bool) and isinstance(plain(value), np.ndarray | int | float):
        yield path, value


def changed(value, path, other):
    """An argument with another leaf."""
    if not path:
        return other
    parts = list(value)
    parts[path[0]] = changed(parts[path[0]], path[1:], other)
    return type(value)(parts)


def cases(name):
    """Every leaf of every example: the rest of the arguments, the argument's name, the leaf, and
    how to put another one there.
    """
    for given in examples(name):
        for argument, value in given.items():
            for path, leaf in leaves(value):

                def put(other, given=given, argument=argument, value=value, path=path):
                    return given | {argument: changed(value, path, other)}

                yield argument, leaf, put


class Frame:
    """What a data frame is for NumPy."""

    def __init__(self, values):
        self.values = values

    def __array__(self, dtype=None, copy=None):
        return np.array(self.values, dtype=dtype)


def nested(value):
    return tuple(map(nested, value)) if isinstance(value, list) else value


def good_arrays(value):
    """The same numbers in other clothes."""
    yield "list", value.tolist()
    yield "tuple", nested(value.tolist())
    yield "frame", Frame(value)
    fixed = value.copy()
    fixed.setflags(write=False)
    yield "read-only", fixed
    yield "Fortran", np.asfortranarray(value)
    yield "every second", np.repeat(value, 2, axis=0)[::2]
    yield "every second column", np.repeat(value, 2, axis=-1)[..., ::2]
    yield "backwards", value[::-1].copy()[::-1]
    yield "big-endian", value.astype(value.dtype.newbyteorder(">"))
    yield "nothing masked", np.ma.masked_array(value, np.zeros(value.shape, bool))
    yield "matrix", value.view(np.matrix) if value.ndim == 2 else value
    yield "tensor", torch.as_tensor(value)
    yield "tensor of columns", torch.as_tensor(np.asfortranarray(value))
    if value.dtype.kind == "c":
        yield "complex64", value.astype(np.complex64)
        return
    yield "longdouble", value.astype(np.longdouble)
    if (value.astype(np.float32) == value).all():
        yield "float32", value.astype(np.float32)
        yield "float32 tensor", torch.as_tensor(value.astype(np.float32))
    if (value == np.rint(value)).all():
        yield "int16", value.astype(np.int16)
        yield "int64", value.astype(np.int64)
        yield "float", value.astype(float)


def good_numbers(value):
    yield "itself", value
    yield "fraction", Fraction(value)
    if abs(value) > 2**53:
        return
    yield "array", np.array(value)
    yield "longdouble", np.longdouble(value)
    yield "tensor", torch.tensor(value, dtype=torch.float64)
    yield "float64", np.float64(value)
    yield "frame", Frame(value)
    yield "nothing masked", np.ma.array(value)
    if float(np.float32(value)) == value:
        yield "float32", np.float32(value)
    if value == int(value):
        yield "int64", np.int64(value)


def bad_arrays(value, kind):
    """What is no array of numbers, or not one of numbers that can be meant."""
    number = value.flat[0]
    whole = value.astype(complex if value.dtype.kind == "c" else float)
    if kind is not Complex:
        yield "complex", value + 1j
        yield "complex without imaginary part", value.astype(complex)
        yield "complex tensor", torch.as_tensor(value.astype(complex))
    yield "masked", np.ma.masked_array(whole, np.arange(value.size).reshape(value.shape) == 0)
    yield "objects", value.astype(object)
    yield "text", value.astype(str)
    yield "a word", "one"
    yield "ragged", [[number], [number, number]]
    yield "dates", np.full(value.shape, np.datetime64("2020-01-01"))
    yield "records", np.zeros(value.shape, [("a", float)])
    yield "dictionary", {"a": number}
    for wrong in (np.nan, -np.inf, *[np.inf] * (kind is not Times)):
        spoilt = whole.copy()
        spoilt.flat[-1] = wrong
        yield f"{wrong}", spoilt
        yield f"{wrong} in a tensor", torch.as_tensor(spoilt)
    tensor = torch.as_tensor(whole)
    yield "another device", tensor.to("meta")
    yield "sparse", tensor.to_sparse()
    if kind is not Points:
        yield "gradient", tensor.clone().requires_grad_()
    if kind not in (Free, Times):
        yield "a further axis", whole[..., None]
        yield "(n, 1) in a tensor", tensor[..., None]
        yield "nothing", whole[:0]


def bad_numbers(value):
    yield "complex", 1j + (value if abs(value) < 2**53 else 0)
    yield "complex without imaginary part", np.complex128(1)
    for wrong in (np.nan, np.inf, -np.inf):
        yield f"{wrong}", wrong
        yield f"{wrong} in a tensor", torch.tensor(wrong)
    yield "two", [1.0, 1.0]
    yield "one in a row", np.array([1.0])
    yield "one in a tensor", torch.tensor([1])
    yield "masked", np.ma.masked
    yield "masked array", np.ma.array(1, mask=True)
    yield "text", "1"
    yield "object", np.array(value, dtype=object)
    yield "date", np.datetime64("2020-01-01")
    yield "another device", torch.tensor(1.0, device="meta")
    yield "gradient", torch.tensor(1.0, requires_grad=True)
    if isinstance(value, int):
        yield "half", 2.5


def same(found, wanted, tolerance):
    """Whether two answers have the same numbers."""
    if is_dataclass(found):
        found, wanted = vars(found), vars(wanted)
    if isinstance(found, dict):
        found, wanted = [*found.values()], [*wanted.values()]
    if isinstance(found, tuple | list):
        assert len(found) == len(wanted)
        for one, other in zip(found, wanted, strict=True):
            same(one, other, tolerance)
    elif found is None or isinstance(found, str | int):
        assert found == wanted
    else:
        found, wanted = np.asarray(found), np.asarray(wanted)
        assert found.shape == wanted.shape
        size = np.abs(wanted[np.isfinite(wanted)]).max(initial=0.0)
        np.testing.assert_allclose(found, wanted, rtol=tolerance, atol=tolerance * size)


def test_every_public_function_and_every_argument_has_an_example():
    assert set(EXAMPLES) == set(FUNCTIONS)
    for name, function in FUNCTIONS.items():
        asked = set(inspect.signature(function).parameters) - NO_NUMBERS - {"self"}
        given = set().union(*examples(name))
        assert asked <= given, f"{name}: no example holds {asked - given}"


@pytest.mark.filterwarnings("ignore:the flow", "ignore:flow stopped", "ignore:after")
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_the_same_numbers_give_the_same_answer(name):
    for argument, leaf, put in cases(name):
        wanted, value = answer(name, put(leaf)), plain(leaf)
        forms = good_arrays(value) if isinstance(value, np.ndarray) else good_numbers(value)
        for form, other in forms:
            # products of another layout are summed in another order; float32 stays that in kernels
            narrow = isinstance(leaf, Points) and "float32" in form
            try:
                same(answer(name, put(other)), wanted, 1e-5 if narrow else 1e-12)
            except Exception as error:
                raise AssertionError(f"{argument} as {form}: {error}") from error


@pytest.mark.filterwarnings("ignore:the flow", "ignore:flow stopped", "ignore:after")
@pytest.mark.parametrize("name", sorted(FUNCTIONS))
def test_what_holds_no_numbers_is_refused_by_name(name):
    parameters = inspect.signature(FUNCTIONS[name]).parameters
    for argument, leaf, put in cases(name):
        value = plain(leaf)
        forms = (
            bad_arrays(value, type(leaf)) if isinstance(value, np.ndarray) else bad_numbers(value)
        )
        if argument in parameters and "None" not in str(parameters[argument]):
            forms = [*forms, ("None", None)]
        said = "=|has|have|holds|lies|carries|is|cannot"
        named = rf"(^|\W){argument}(\[[\d, ]*\])*( ({said}) |:)"
        for form, other in forms:
            try:
                found = answer(name, put(other))
            except (TypeError, ValueError) as error:
                assert re.search(named, str(error)), f"{argument} as {form}: {error!r}"
            else:
                raise AssertionError(f"{argument} as {form} gives {found!r}")


@pytest.mark.parametrize(
    "call",
    [
        lambda: numerics.early_stopping.fitted_fraction(-1.0, [1.0]),
        lambda: numerics.parity.parity([[0, 1, 1]]),
        lambda: numerics.kernel_flow.predictions(np.eye(3), [np.nan, 1, 1], np.eye(3)),
    ],
)
def test_values_without_meaning(call):
    with pytest.raises(ValueError, match=r"\[.*\] = |t = -1"):
        call()


def test_tensors_on_one_device_go_together():
    X, y = torch.eye(3, dtype=torch.float64), torch.arange(3.0)
    mean, covariance = numerics.kernel_flow.predictions(X, y, X)
    np.testing.assert_allclose(mean[0], [0, 1, 2], atol=1e-12)
    assert isinstance(covariance, torch.Tensor)


def test_a_function_without_an_example_is_noticed(monkeypatch):
    def new(x):
        return x

    new.__module__ = "numerics.parity"
    monkeypatch.setattr(numerics.parity, "new", new, raising=False)
    assert set(public()) - set(EXAMPLES) == {"parity.new"}


def test_an_argument_that_is_not_checked_is_noticed(monkeypatch):
    monkeypatch.setitem(FUNCTIONS, "parity.parity", lambda points: np.asarray(points).prod(-1))
    with pytest.raises(AssertionError, match="points as complex"):
        test_what_holds_no_numbers_is_refused_by_name("parity.parity")
