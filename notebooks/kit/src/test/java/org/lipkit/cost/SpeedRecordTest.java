package org.lipkit.cost;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.lipkit.cost.Measurement.Work;

class SpeedRecordTest {

  @TempDir Path folder;

  private static final Measurement ROW =
      new Measurement("net", 4, Measurement.MIXED, Work.PLAIN_STEP, 5, 2.5, 0.1, 1, 1.5, null);

  @Test
  void whatIsSavedIsLoaded() {
    SpeedRecord record = SpeedRecord.here(List.of(ROW));
    record.save(folder);
    assertEquals(Optional.of(record), SpeedRecord.load(folder));
    assertTrue(record.machine().environment().containsKey("bfloat16"));
    assertEquals(Optional.of(ROW), record.find("net", Measurement.MIXED, Work.PLAIN_STEP));
    assertEquals(Optional.empty(), record.find("net", Measurement.FLOAT32, Work.PLAIN_STEP));
  }

  @Test
  void aFolderWithoutABenchmarkIsEmptyAndADamagedOneIsRefused() throws IOException {
    assertEquals(Optional.empty(), SpeedRecord.load(folder));
    SpeedRecord.here(List.of(ROW)).save(folder);
    Files.writeString(folder.resolve("speed.csv"), "network,what\nnet,NOTHING\n");
    assertThrows(IllegalArgumentException.class, () -> SpeedRecord.load(folder));
  }
}
