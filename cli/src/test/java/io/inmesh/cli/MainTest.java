package io.inmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    CommandLine line = Main.commandLine();
    line.setOut(new PrintWriter(out, true));
    line.setErr(new PrintWriter(err, true));
    return line.execute(arguments);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "demo",
        "run",
        "ps",
        "status",
        "explain",
        "coverage",
        "unsupported",
        "certs",
        "detach",
        "scan"
      })
  void everyCommandHelps(String command) {
    assertThat(run(command, "--help")).isZero();
    assertThat(out.toString()).contains("Usage: inmesh " + command);
  }

  @Test
  void withoutACommandItListsThem() {
    assertThat(run()).isZero();
    assertThat(out.toString()).contains("demo", "run", "control-plane", "ps", "explain", "scan");
  }

  @Test
  void wrongUseIsOneLineAndExitCode2() {
    assertThat(run("demo", "--onse")).isEqualTo(2);
    assertThat(err.toString()).contains("inmesh: Unknown option: '--onse'").doesNotContain("\tat ");
    assertThat(run("frobnicate")).isEqualTo(2);
    assertThat(run("run", "--", "java", "-jar", "app.jar")).isEqualTo(2);
    assertThat(run("run", "--workload", "noNamespace", "--", "java")).isEqualTo(2);
    assertThat(run("explain", "catalog:8080/items")).isEqualTo(2);
    assertThat(run("explain", "-H", "nocolon", "http://catalog/")).isEqualTo(2);
  }

  @Test
  void aFailureIsOneLineAndExitCode1() {
    assertThat(run("scan", "no-such.jar")).isEqualTo(1);
    assertThat(err.toString()).isEqualToIgnoringNewLines("inmesh: no-such.jar does not exist");
  }

  @Test
  void verboseShowsWhereAFailureComesFrom() {
    assertThat(run("scan", "--verbose", "no-such.jar")).isEqualTo(1);
    assertThat(err.toString()).contains("\tat io.inmesh.cli.scan");
  }

  @Test
  void anAgentThatDoesNotAnswerIsNamed() {
    assertThat(run("explain", "--admin", "127.0.0.1:1", "http://catalog/")).isEqualTo(1);
    assertThat(err.toString()).contains("no answer from the admin endpoint 127.0.0.1:1");
  }

  @Test
  void saysHowLongAJvmIsUp() {
    assertThat(PsCommand.up(4_000)).isEqualTo("4s");
    assertThat(PsCommand.up(65_000)).isEqualTo("1m 5s");
    assertThat(PsCommand.up(2 * 86_400_000L + 3 * 3_600_000L)).isEqualTo("2d 3h");
  }
}
