"""The one model of all settings; the command line, YAML, addresses and widgets read it here."""

from collections.abc import Mapping
from typing import Any, Self

from pydantic import ValidationError, model_validator

from nst_core.errors import InputError, joined
from nst_core.settings import rules
from nst_core.settings.fields import Fields
from nst_core.settings.recipes import NEWEST, usual_values
from nst_core.settings.refusals import sentences
from nst_core.settings.term_uses import TermUse, style_uses


class Settings(Fields):
    """How a photo is repainted. Unknown names and wrong values are refused by name.

    With `recipe="classic"`, or another `recipe_version`, the fields that are not given take the
    values that `recipes.usual_values` has.

    Raises:
        pydantic.ValidationError: a `ValueError`; `make_settings` says the same in one sentence.

    Example:
        >>> Settings(recipe="classic").iterations
        30
    """

    @model_validator(mode="before")
    @classmethod
    def _fill_from_recipe(cls, values: object) -> object:
        if not isinstance(values, dict):
            return values
        usual = usual_values(values.get("recipe"), values.get("recipe_version"))
        return dict(usual) | rules.with_one_way_to_size(values)

    @model_validator(mode="after")
    def _check(self) -> Self:
        rules.require_one_size(self.size, self.rows, self.columns)
        if self.recipe == "classic":
            rules.require_classic(self.scales, self.style_scale, self.statistic, self.terms)
        rules.require_stroke_sizes(self.recipe, self.style_scale, self.style_scales)
        rules.require_steps(self.optimizer, self.restart, self.evaluations)
        rules.require_terms(self._own_uses(), self.terms)
        return self

    def _own_uses(self) -> tuple[TermUse, ...]:
        """The terms that have settings of their own, those of weight 0 included."""
        return (
            TermUse.at("content", self.content_weight, self.content_layers, centred=self.centred),
            *style_uses(self.style_weight, self.style_layers, self.statistic),
            TermUse("variation", self.variation_weight),
            TermUse("chroma", self.chroma_weight),
        )

    def term_uses(self) -> tuple[TermUse, ...]:
        """Every term of the loss: content, style, variation, chroma, and those of `terms`.

        The chroma's is left out where its weight is 0, as it was before there was one.

        Example:
            >>> [use.kind for use in Settings(chroma_weight=2.0).term_uses()]
            ['content', 'style', 'variation', 'chroma']
        """
        own = [use for use in self._own_uses() if use.weight or use.kind != "chroma"]
        return (*own, *self.terms)

    def differences(self) -> dict[str, Any]:
        """The recipe, its version if it is an earlier one, and what differs from its defaults.

        Example:
            >>> Settings(seed=5).differences()
            {'recipe': 'default', 'seed': 5}
        """
        recipe = {"recipe": self.recipe, "recipe_version": self.recipe_version}
        usual = Settings(**recipe)  # type: ignore[arg-type]
        always = {"recipe"} | ({"recipe_version"} if self.recipe_version != NEWEST else set())
        return {
            name: getattr(self, name)
            for name in type(self).model_fields
            if name in always or getattr(self, name) != getattr(usual, name)
        }

    def changed(self, /, **changes: object) -> "Settings":
        """These settings with some fields changed, validated as a whole.

        A new `size` drops `rows` and `columns`, and new `rows` or `columns` drop `size`. Another
        `recipe` brings its own defaults for every field that has the default of the old one.

        Raises:
            InputError: a name or a value is not allowed.

        Example:
            >>> Settings(size=300, seed=5).changed(rows=64, columns=80).differences()
            {'recipe': 'default', 'size': 0, 'rows': 64, 'columns': 80, 'seed': 5}
        """
        return make_settings(self.differences() | rules.with_one_way_to_size(changes))


def make_settings(values: Mapping[str, Any]) -> Settings:
    """The settings with these fields, and the defaults of their recipe for all others.

    Args:
        values: field name -> value.

    Raises:
        InputError: one sentence that names each refused field, what is allowed and what came.

    Example:
        >>> make_settings({"size": 300}).size
        300
    """
    try:
        return Settings(**values)
    except ValidationError as error:
        raise InputError(f"{joined(sentences(error, Settings.model_fields))}.") from error
