package io.inmesh.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command as a user runs it: the built jars, in processes of their own. */
@Tag("matrix")
class DemoOnceIT {
  private static final Duration LIMIT = Duration.ofMinutes(4);
  private static final int CHECKS = 13;

  /** The control plane and six services. */
  private static final int PROCESSES = 7;

  private final Path home =
      Path.of(System.getProperty("inmesh.home", "..")).toAbsolutePath().normalize();
  private final Path output;
  private final Path errors;
  private final Set<ProcessHandle> started = new HashSet<>();

  DemoOnceIT(@TempDir Path folder) {
    this.output = folder.resolve("out.json");
    this.errors = folder.resolve("err.txt");
  }

  @AfterEach
  void endWhatIsLeft() {
    started.forEach(ProcessHandle::destroyForcibly);
  }

  @Test
  void allThatTheDemoShowsHolds() throws IOException {
    int exit = runToEnd("--once", "--output=json");

    assertThat(verdicts()).as(printed()).hasSize(CHECKS).containsOnly(true);
    assertThat(exit).isZero();
    assertNothingIsLeft();
  }

  @Test
  void withoutTheMeshNothingOfItHolds() throws IOException {
    int exit = runToEnd("--once", "--mode=off", "--output=json");

    assertThat(verdicts()).as(printed()).hasSize(CHECKS).containsOnly(false);
    assertThat(exit).isEqualTo(1);
    assertNothingIsLeft();
  }

  @Test
  void anEndInTheMiddleLeavesNoProcess() throws IOException {
    Process demo = start();
    await().atMost(LIMIT).until(() -> watched(demo) > PROCESSES);

    demo.destroy();

    await().atMost(LIMIT).until(() -> !demo.isAlive());
    assertNothingIsLeft();
  }

  private void assertNothingIsLeft() {
    assertThat(started).hasSizeGreaterThan(PROCESSES).noneMatch(ProcessHandle::isAlive);
  }

  private int runToEnd(String... options) throws IOException {
    Process demo = start(options);
    await()
        .atMost(LIMIT)
        .until(
            () -> {
              watched(demo);
              return !demo.isAlive();
            });
    return demo.exitValue();
  }

  /** Remembers every process that belongs to the demo, itself included. */
  private int watched(Process demo) {
    demo.descendants().forEach(started::add);
    return started.size();
  }

  private Process start(String... options) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.add("-Dinmesh.home=" + home);
    command.add("-jar");
    command.add(home.resolve("cli/target/inmesh-cli.jar").toString());
    command.add("demo");
    command.addAll(List.of(options));
    Process demo =
        new ProcessBuilder(command)
            .redirectOutput(output.toFile())
            .redirectError(errors.toFile())
            .start();
    started.add(demo.toHandle());
    return demo;
  }

  private List<Object> verdicts() throws IOException {
    List<Object> verdicts = new ArrayList<>();
    if (JsonReader.read(Files.readString(output)) instanceof List<?> rows) {
      for (Object row : rows) {
        if (row instanceof Map<?, ?> check && check.get("ok") instanceof Boolean ok) {
          verdicts.add(ok);
        }
      }
    }
    return verdicts;
  }

  private String printed() throws IOException {
    return Files.readString(output) + Files.readString(errors);
  }
}
