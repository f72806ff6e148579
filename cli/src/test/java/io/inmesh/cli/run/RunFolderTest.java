package io.inmesh.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunFolderTest {
  private static final long OWN_PID = ProcessHandle.current().pid();
  private static final long NO_PID = Long.MAX_VALUE / 2;

  private final Path folder;
  private final RunFolder run;

  RunFolderTest(@TempDir Path folder) {
    this.folder = folder;
    this.run = new RunFolder(folder);
  }

  @Test
  void listsTheAgentsThatRun() throws IOException {
    agent(OWN_PID, "front.shop");

    assertThat(run.agents())
        .containsExactly(
            new RunningAgent(
                OWN_PID, "front.shop", "127.0.0.1:15000", "off", "1", 1700000000000L, "app.jar"));
  }

  @Test
  void removesTheFileOfAProcessThatIsGone() throws IOException {
    Path stale = agent(NO_PID, "gone.shop");

    assertThat(run.agents()).isEmpty();
    assertThat(stale).doesNotExist();
  }

  @Test
  void removesAFileThatNamesNoProcess() throws IOException {
    Path odd = Files.writeString(folder.resolve("7.properties"), "pid=seven\n");

    assertThat(run.agents()).isEmpty();
    assertThat(odd).doesNotExist();
  }

  @Test
  void isEmptyBeforeAnythingRan() {
    RunFolder none = new RunFolder(folder.resolve("not-there"));

    assertThat(none.agents()).isEmpty();
    assertThat(none.controlPlane()).isEmpty();
  }

  @Test
  void theControlPlaneIsAnnouncedAndTakenBack() {
    RunningControlPlane plane =
        new RunningControlPlane(
            OWN_PID,
            "127.0.0.1:1",
            "127.0.0.1:2",
            "/c",
            Optional.of(new LocalAuthority("127.0.0.1:3", Path.of("/ca"), Path.of("/tokens"))));

    run.announce(plane);
    assertThat(run.controlPlane()).contains(plane);
    assertThat(run.agents()).as("it is no agent").isEmpty();

    run.retract(plane);
    assertThat(run.controlPlane()).isEmpty();
  }

  @Test
  void aControlPlaneTakesBackOnlyItsOwnAnnouncement() {
    RunningControlPlane newer =
        new RunningControlPlane(OWN_PID, "127.0.0.1:1", "", "", Optional.empty());
    run.announce(newer);

    run.retract(new RunningControlPlane(NO_PID, "127.0.0.1:9", "", "", Optional.empty()));

    assertThat(run.controlPlane()).contains(newer);
  }

  private Path agent(long pid, String workload) throws IOException {
    return Files.writeString(
        folder.resolve(pid + ".properties"),
        """
        pid=%d
        workload=%s
        admin=127.0.0.1\\:15000
        version=1
        started=1700000000000
        main=app.jar
        """
            .formatted(pid, workload));
  }
}
