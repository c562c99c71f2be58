"""A kind of question has one module, named after its key."""

from __future__ import annotations

import importlib
import pkgutil

from schemapress.capture import ask

OTHERS = {"captured", "key_field", "question"}
NOT_NAMED_AFTER_ITS_KEY = {"any_value": "any"}


def test_each_kind_has_one_module_with_its_key() -> None:
    modules = [module.name for module in pkgutil.iter_modules(ask.__path__) if module.name not in OTHERS]

    keys = {name: importlib.import_module(f"{ask.__name__}.{name}").KEY for name in modules}

    assert sorted(keys.values()) == sorted(ask.KEYS)
    assert {name: key for name, key in keys.items() if name.replace("_", "-") != key} == NOT_NAMED_AFTER_ITS_KEY
