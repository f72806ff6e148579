package io.inmesh.it.pod;

import static org.awaitility.Awaitility.await;

import io.inmesh.it.life.Run;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The network of a node, seen from the pod that this process is: the pod's own address, and a
 * second namespace where the kubelet is. Needs a network namespace of its own, as {@code unshare
 * --net} makes it.
 */
final class Network implements AutoCloseable {
  static final String POD = "10.244.0.2";
  static final String NODE = "10.244.0.1";

  private final Process node;

  Network() throws IOException, InterruptedException {
    // A namespace lives as long as a process in it.
    node = new ProcessBuilder("unshare", "--net", "sleep", "600").start();
    await().until(() -> !namespace(node.pid()).equals(namespace(ProcessHandle.current().pid())));
    command("ip link set lo up");
    command("ip link add pod0 type veth peer name node0 netns " + node.pid());
    command("ip addr add " + POD + "/24 dev pod0");
    command("ip link set pod0 up");
    onNode("ip", "addr", "add", NODE + "/24", "dev", "node0");
    onNode("ip", "link", "set", "node0", "up");
  }

  private static Path namespace(long pid) throws IOException {
    return Files.readSymbolicLink(Path.of("/proc/" + pid + "/ns/net"));
  }

  private static void command(String line) throws IOException, InterruptedException {
    run(Arrays.asList(line.split(" ")));
  }

  /** Runs a command outside the pod; returns what it has printed. */
  String onNode(String... command) throws IOException, InterruptedException {
    List<String> inside =
        new ArrayList<>(List.of("nsenter", "--net=/proc/" + node.pid() + "/ns/net"));
    inside.addAll(List.of(command));
    return run(inside);
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    Run run = Run.command(command);
    if (run.exit() != 0) {
      throw new IOException(command + " ended with " + run.exit() + ":\n" + run.output());
    }
    return run.output();
  }

  @Override
  public void close() throws InterruptedException {
    node.destroy();
    if (!node.waitFor(10, TimeUnit.SECONDS)) {
      node.destroyForcibly();
    }
  }
}
