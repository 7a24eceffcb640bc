"""Where a model computes: the device that is asked for, checked before anything is read."""

import torch


def check_device(device: str | None) -> torch.device:
    """The device, by default a GPU where there is one; ValueError, with those that can be used, where it is none of
    them, and TypeError for no name of a device."""
    if device is None:
        return torch.device("cuda" if torch.cuda.is_available() else "cpu")
    if not isinstance(device, str | torch.device):
        raise TypeError(f"device must be a string such as cpu or cuda, not {type(device).__name__}")
    try:
        found = torch.device(device)
        torch.empty(0, device=found)
    except (RuntimeError, AssertionError, NotImplementedError):  # no such name; torch is built without it; not here
        found = None
    if found is None or found.type == "meta":  # the latter holds no numbers
        count = torch.cuda.device_count()
        usable = ["cpu", *(["cuda"] if count else []), *(f"cuda:{index}" for index in range(count))]
        without = "" if count else "; cuda needs a GPU, and torch finds none here"
        raise ValueError(f"device is {str(device)!r}, it must be one of {', '.join(usable)}{without}")
    return found
