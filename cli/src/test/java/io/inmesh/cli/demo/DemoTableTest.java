package io.inmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.inmesh.cli.TextTable;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTableTest {
  @Test
  void saysForEachCheckWhatWasExpectedAndSeen() {
    String table =
        Demo.table(
            List.of(
                new Check("split", "10", "11", true), new Check("timeout", "504", "200", false)));

    assertThat(table)
        .isEqualTo(
            """
            CHECK    EXPECTED  SEEN  OK
            split    10        11    ok
            timeout  504       200   failed
            """);
  }

  @Test
  void aTableRefusesARowOfAnotherWidth() {
    TextTable table = new TextTable("A", "B");

    assertThatThrownBy(() -> table.row("1")).hasMessage("1 cells for 2 columns");
  }

  @Test
  void aBarIsAsLongAsItsShare() {
    assertThat(Screen.bar(0, 0)).isEqualTo("░".repeat(30));
    assertThat(Screen.bar(1, 2)).isEqualTo("█".repeat(15) + "░".repeat(15));
    assertThat(Screen.percent(9, 10)).isEqualTo(" 90 %");
  }
}
