package io.inmesh.cli.run;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class JavaCommandTest {
  private final JavaCommand command =
      new JavaCommand(Path.of("/a b/agent.jar"), Map.of("workload", "front.shop"));

  @Test
  void theOptionsStandRightAfterJava() {
    assertThat(command.inserted(List.of("/opt/jdk/bin/java", "-jar", "app.jar")))
        .containsExactly(
            "/opt/jdk/bin/java",
            "-javaagent:/a b/agent.jar",
            "-Dinmesh.workload=front.shop",
            "-jar",
            "app.jar");
  }

  @Test
  void aBlankInAPathSurvivesJavaToolOptions() {
    assertThat(command.toolOptions())
        .isEqualTo("\"-javaagent:/a b/agent.jar\" -Dinmesh.workload=front.shop");
  }

  @Test
  void onlyTheLauncherItselfIsJava() {
    assertThat(JavaCommand.isJava(List.of("java"))).isTrue();
    assertThat(JavaCommand.isJava(List.of("/usr/bin/java", "-jar", "x"))).isTrue();
    assertThat(JavaCommand.isJava(List.of("./gradlew", "run"))).isFalse();
  }
}
