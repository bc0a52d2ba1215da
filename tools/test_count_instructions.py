"""The count of instructions fails what became slower, asks for a new baseline where something became faster, and takes the rest."""

import tomllib
import unittest
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path

LOADER = SourceFileLoader("count_instructions", str(Path(__file__).resolve().parent / "count_instructions"))
count_instructions = module_from_spec(spec_from_loader(LOADER.name, LOADER))
LOADER.exec_module(count_instructions)


class Judgement(unittest.TestCase):
    def verdicts(self, now):
        rows, well = count_instructions.judge({"step": now}, {"step": 1000})
        return rows[1][-1], well

    def test_up_to_a_fifth_more_or_less_passes_without_a_word(self):
        for now in (800, 1000, 1200):
            with self.subTest(now=now):
                self.assertEqual(self.verdicts(now), ("", True))

    def test_more_than_a_fifth_above_fails(self):
        verdict, well = self.verdicts(1201)
        self.assertIn("FAILED", verdict)
        self.assertFalse(well)

    def test_more_than_a_fifth_below_asks_for_a_new_baseline_and_passes(self):
        verdict, well = self.verdicts(799)
        self.assertIn("renew", verdict)
        self.assertTrue(well)

    def test_a_kernel_without_a_baseline_fails(self):
        self.assertFalse(count_instructions.judge({"new": 1}, {})[1])

    def test_a_kernel_that_is_no_longer_counted_fails(self):
        self.assertFalse(count_instructions.judge({}, {"gone": 1})[1])

    def test_the_written_baseline_reads_back(self):
        counts = {"one": 1, "two": 2_000_000_000}
        self.assertEqual(tomllib.loads(count_instructions.baseline_text(counts, "12.2.0")), counts)


if __name__ == "__main__":
    unittest.main()
