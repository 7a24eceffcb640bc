"""What TensorBoard loads to have the tab "Alignments": its entry point `tensorboard_plugins`.

An entry point that cannot be imported takes TensorBoard down. So this module needs TensorBoard alone; what the tab
needs beside it is imported by `load`, whose errors TensorBoard survives.
"""

from argparse import Namespace

from tensorboard.plugins.base_plugin import TBContext, TBLoader, TBPlugin

from seq2seq.show.events import PLUGIN


class AlignmentsLoader(TBLoader):
    """Has TensorBoard keep the maps of all validations, and makes the tab."""

    def fix_flags(self, flags: Namespace) -> None:
        """Keep all records (0), where `--samples_per_plugin` does not say how many; by itself TensorBoard keeps ten."""
        flags.samples_per_plugin = {PLUGIN: 0, **(flags.samples_per_plugin or {})}

    def load(self, context: TBContext) -> TBPlugin:
        """The tab."""
        from seq2seq.show.tab import AlignmentsPlugin

        return AlignmentsPlugin(context)
