package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.inmesh.control.plane.config.Problem;
import io.inmesh.control.plane.model.VirtualService;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Broken input: a clear message with file, line and field, and the last good content in force. */
class ConfigProblemsTest {
  @TempDir Path folder = Path.of("");
  private final List<String> log = new CopyOnWriteArrayList<>();

  private ControlPlane start() throws Exception {
    return ControlPlane.start(ControlPlane.Options.local(folder), log::add);
  }

  @ParameterizedTest(name = "{0}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          timeoutt: 3s                        | routes.yaml:7: VirtualService shop/catalog: spec.http[0].timeoutt: unknown field, did you mean timeout?
          timeout: soon                       | routes.yaml:7: VirtualService shop/catalog: spec.http[0].timeout: "soon" is not a duration such as 1.5s, 200ms or 1h
          match: [{uri: {regex: "/a(b"}}]     | routes.yaml:7: VirtualService shop/catalog: spec.http[0].match[0].uri.regex: not an RE2 expression: missing closing ) in "/a(b"
          match: [{port: 70000}]              | routes.yaml:7: VirtualService shop/catalog: spec.http[0].match[0].port: 70000 is not between 1 and 65535
          redirect: {uri: /x}                 | routes.yaml:6: VirtualService shop/catalog: spec.http[0]: only one of route, redirect, directResponse and delegate can be given
          retries: {attempts: 0, retryOn: 5xx} | routes.yaml:7: VirtualService shop/catalog: spec.http[0].retries.attempts: must be positive when perTryTimeout or retryOn is given
          fault: {delay: {percent: 5}}        | routes.yaml:7: VirtualService shop/catalog: spec.http[0].fault.delay: fixedDelay
          """)
  void aMistakeIsSaidWithFileLineAndField(String line, String message) throws Exception {
    Shop.write(
        folder.resolve("routes.yaml"),
        """
        apiVersion: networking.istio.io/v1
        kind: VirtualService
        metadata: {name: catalog, namespace: shop}
        spec: {hosts: [catalog],
         http: [
          {route: [{destination: {host: catalog}}],
           %s}
         ]}
        """
            .formatted(line));
    try (ControlPlane plane = start()) {
      String wanted = message.contains("fixedDelay") ? "fixedDelay: is required" : message;
      assertThat(plane.problems()).extracting(Problem::message).anyMatch(m -> m.endsWith(wanted));
      assertThat(plane.ads().snapshot().registry().virtualServices()).isEmpty();
    }
  }

  @Test
  void aBrokenFileKeepsItsLastGoodContentAndStopsNoOther() throws Exception {
    Shop.write(folder);
    try (ControlPlane plane = start()) {
      assertThat(plane.problems()).isEmpty();
      Shop.write(folder.resolve("routes.yaml"), "spec: {hosts: [catalog\n");
      Shop.write(
          folder.resolve("other.yml"), Shop.splitYaml(5).replace("name: catalog,", "name: other,"));
      await().until(() -> virtualServices(plane).size() == 2);
      assertThat(log)
          .filteredOn(line -> line.startsWith("ERROR"))
          .singleElement()
          .asString()
          .contains("routes.yaml:2: not YAML: ");
      assertThat(virtualServices(plane)).extracting(vs -> vs.meta().name()).contains("catalog");

      Shop.split(folder, 30);
      await().until(() -> log.contains("the configuration has no errors"));
    }
  }

  @Test
  void aFileThatIsRenamedIntoPlaceIsRead() throws Exception {
    Shop.write(folder);
    try (ControlPlane plane = start()) {
      Path draft = folder.resolve(".routes.yaml.swp");
      Shop.write(draft, Shop.splitYaml(33));
      Files.move(
          draft,
          folder.resolve("routes.yaml"),
          StandardCopyOption.REPLACE_EXISTING,
          StandardCopyOption.ATOMIC_MOVE);
      await()
          .until(
              () ->
                  virtualServices(plane).get(0).http().get(0).destinations().get(0).weight() == 33);
    }
  }

  @Test
  void foldersThatAppearAreWatchedAndFilesThatGoAreForgotten() throws Exception {
    try (ControlPlane plane = start()) {
      Path below = Files.createDirectories(folder.resolve("a/b"));
      Shop.split(below, 40);
      await().until(() -> virtualServices(plane).size() == 1);
      Shop.split(below, 41);
      await()
          .until(
              () ->
                  virtualServices(plane).get(0).http().get(0).destinations().get(0).weight() == 41);
      Files.delete(below.resolve("routes.yaml"));
      await().until(() -> virtualServices(plane).isEmpty());
    }
  }

  @Test
  void aNameThatIsDefinedTwiceIsSaidWithBothPlaces() throws Exception {
    Shop.write(folder.resolve("a.yaml"), Shop.splitYaml(10));
    Shop.write(folder.resolve("b.yaml"), Shop.splitYaml(20));
    try (ControlPlane plane = start()) {
      assertThat(plane.problems())
          .extracting(Problem::message)
          .anyMatch(
              m ->
                  m.contains(
                          "b.yaml:1: VirtualService shop/catalog: metadata.name: already defined at")
                      && m.contains("a.yaml:1"));
      assertThat(virtualServices(plane)).hasSize(1);
    }
  }

  @Test
  void aSubsetThatDoesNotExistIsOnlyAWarning() throws Exception {
    Shop.write(folder);
    Shop.write(
        folder.resolve("routes.yaml"), Shop.splitYaml(50).replace("subset: v2", "subset: v3"));
    try (ControlPlane plane = start()) {
      assertThat(plane.problems())
          .extracting(Problem::severity)
          .containsOnly(Problem.Severity.WARNING);
      assertThat(plane.problems().get(0).message())
          .contains("no DestinationRule has the subset v3 of " + Shop.CATALOG);
      assertThat(virtualServices(plane)).hasSize(1);
    }
  }

  @Test
  void kindsThatAreNotUsedYetAreNamedOnce() throws Exception {
    Shop.write(
        folder.resolve("policy.yaml"),
        """
        apiVersion: telemetry.istio.io/v1
        kind: Telemetry
        metadata: {name: nothing, namespace: shop}
        spec: {}
        ---
        apiVersion: telemetry.istio.io/v1
        kind: Telemetry
        metadata: {name: more, namespace: shop}
        """);
    try (ControlPlane plane = start()) {
      assertThat(plane.problems()).isEmpty();
      assertThat(log).containsExactly("note Telemetry is not used yet (2 found)");
    }
  }

  private static List<VirtualService> virtualServices(ControlPlane plane) {
    return plane.ads().snapshot().registry().virtualServices();
  }
}
