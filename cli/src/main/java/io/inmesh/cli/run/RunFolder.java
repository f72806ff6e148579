package io.inmesh.cli.run;

import io.inmesh.cli.Failure;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Properties;

/**
 * The folder where processes of the mesh say that they run: {@code PID.properties} for an agent,
 * {@code control-plane.properties} for the control plane that started last. Files of processes that
 * are gone are removed as they are met.
 */
public final class RunFolder {
  private static final String CONTROL_PLANE = "control-plane.properties";

  private final Path folder;

  /** A folder that need not exist yet. */
  public RunFolder(Path folder) {
    this.folder = folder;
  }

  /** {@code TMPDIR/inmesh-USER}. */
  public static RunFolder ofUser() {
    return new RunFolder(
        Path.of(System.getProperty("java.io.tmpdir"), "inmesh-" + System.getProperty("user.name")));
  }

  /** The agents that run, the oldest first. */
  public List<RunningAgent> agents() {
    List<RunningAgent> agents = new ArrayList<>();
    if (!Files.isDirectory(folder)) {
      return agents;
    }
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, "*.properties")) {
      for (Path file : files) {
        if (!file.endsWith(CONTROL_PLANE)) {
          live(file).map(RunningAgent::read).ifPresent(agents::add);
        }
      }
    } catch (IOException e) {
      throw new Failure("cannot read " + folder + ": " + e.getMessage(), e);
    }
    agents.sort(Comparator.comparingLong(RunningAgent::startedMillis));
    return agents;
  }

  /** The control plane that started last, if it runs. */
  public Optional<RunningControlPlane> controlPlane() {
    return live(folder.resolve(CONTROL_PLANE)).map(RunningControlPlane::read);
  }

  /** Says that a control plane runs. */
  public void announce(RunningControlPlane controlPlane) {
    Path draft = folder.resolve("control-plane." + controlPlane.pid() + ".draft");
    try {
      Files.createDirectories(folder);
      try (OutputStream out = Files.newOutputStream(draft)) {
        controlPlane.toProperties().store(out, null);
      }
      Files.move(draft, folder.resolve(CONTROL_PLANE), StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new Failure("cannot write " + draft + ": " + e.getMessage(), e);
    }
  }

  /** Takes the announcement back, unless another control plane has started since. */
  public void retract(RunningControlPlane controlPlane) {
    Path file = folder.resolve(CONTROL_PLANE);
    if (load(file)
        .filter(p -> Long.toString(controlPlane.pid()).equals(p.getProperty("pid")))
        .isPresent()) {
      remove(file);
    }
  }

  private static Optional<Properties> live(Path file) {
    Optional<Properties> content = load(file);
    if (content.isEmpty()) {
      return content;
    }
    try {
      long pid = Long.parseLong(content.get().getProperty("pid", "0"));
      if (ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isPresent()) {
        return content;
      }
    } catch (NumberFormatException e) {
      // Not a file of ours that could be used; it goes like one of a process that is gone.
    }
    remove(file);
    return Optional.empty();
  }

  private static Optional<Properties> load(Path file) {
    Properties properties = new Properties();
    try (InputStream in = Files.newInputStream(file)) {
      properties.load(in);
      return Optional.of(properties);
    } catch (NoSuchFileException e) {
      return Optional.empty();
    } catch (IOException | IllegalArgumentException e) {
      throw new Failure("cannot read run file " + file + ": " + e.getMessage(), e);
    }
  }

  private static void remove(Path file) {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      // Somebody else's file; it is ignored as long as it is stale.
    }
  }
}
