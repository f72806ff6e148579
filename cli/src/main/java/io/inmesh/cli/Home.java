package io.inmesh.cli;

import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The folder of the project, where the built artefacts stand.
 *
 * @param root absolute
 */
public record Home(Path root) {
  /** Refuses a folder that is not the project's. */
  public Home {
    if (!Files.isRegularFile(root.resolve("pom.xml"))) {
      throw new Failure(root + " is not inmesh's folder; start the command as ./inmesh there");
    }
  }

  /** From property {@code inmesh.home}, else env INMESH_HOME, else the working directory. */
  public static Home find() {
    String property = System.getProperty("inmesh.home");
    String folder = property != null ? property : System.getenv("INMESH_HOME");
    return new Home(Path.of(folder == null ? "." : folder).toAbsolutePath().normalize());
  }

  /** The jar for {@code -javaagent}. */
  public Path agentJar() {
    return built("agent/target/inmesh-agent.jar");
  }

  /** The control plane, for {@code java -jar}. */
  public Path controlPlaneJar() {
    return built("control-plane/target/inmesh-control-plane.jar");
  }

  /** The shop's services. */
  public Path shopJar() {
    return built("sample-apps/shop/target/inmesh-sample-shop.jar");
  }

  /** JMH and the whole-path benchmark. */
  public Path benchmarksJar() {
    return built("benchmarks/target/inmesh-benchmarks.jar");
  }

  /** The shop's Istio YAML. */
  public Path shopMesh() {
    return root.resolve("sample-apps/shop/mesh");
  }

  private Path built(String path) {
    Path file = root.resolve(path);
    if (!Files.isRegularFile(file)) {
      throw new Failure(file + " is missing; build it with: mvn -q -DskipTests package");
    }
    return file;
  }
}
