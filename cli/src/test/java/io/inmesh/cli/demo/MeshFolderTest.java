package io.inmesh.cli.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MeshFolderTest {
  private static final Path SHOP_MESH = Path.of("..", "sample-apps", "shop", "mesh");

  @Test
  void putsThePortsOfTheServicesIntoTheWorkloads() throws IOException {
    String yaml = Files.readString(SHOP_MESH.resolve("workloads.yaml"));

    String changed =
        MeshFolder.withPorts(yaml, Map.of("catalog-v1", 1111, "catalog-v2", 2222, "shop", 3333));

    assertThat(workload(changed, "catalog-v1")).contains("version: v1", "http: 1111");
    assertThat(workload(changed, "catalog-v2")).contains("version: v2", "http: 2222");
    assertThat(workload(changed, "shop")).contains("http: 3333");
    assertThat(workload(changed, "orders")).isEqualTo(workload(yaml, "orders"));
  }

  @Test
  void dividesTheTrafficAnewAndChangesNothingElse(@TempDir Path folder) throws IOException {
    MeshFolder mesh = MeshFolder.copy(SHOP_MESH, folder);
    String before = Files.readString(mesh.catalog());

    mesh.split(0, 100);

    assertThat(Files.readString(mesh.catalog()))
        .isEqualTo(before.replace("weight: 90", "weight: 0").replace("weight: 10", "weight: 100"));
  }

  @Test
  void keepsWhoTheWorkloadsAreWhenTheirPortsBecomeKnown(@TempDir Path folder) throws IOException {
    MeshFolder mesh = MeshFolder.copy(SHOP_MESH, folder);

    mesh.ports(Map.of("orders", 4444));

    assertThat(workload(Files.readString(folder.resolve("workloads.yaml")), "orders"))
        .contains("http: 4444", "serviceAccount: orders");
  }

  private static String workload(String yaml, String name) {
    for (String document : yaml.split("---", -1)) {
      if (document.contains("name: " + name + ",")) {
        return document;
      }
    }
    throw new AssertionError("no workload " + name);
  }
}
