package io.inmesh.control.plane;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.util.JsonFormat;
import io.envoyproxy.envoy.config.core.v3.Node;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryRequest;
import io.envoyproxy.envoy.service.discovery.v3.DeltaDiscoveryResponse;
import io.inmesh.control.plane.generate.ResourceType;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What we generate is, field by field, what a real istiod 1.29.6 sent for the same input, but for
 * the exclusions that are listed here.
 */
class RecordingsTest {
  /** What EnvoyFilter inserts, which is not generated yet. */
  private static final Set<String> FILTERS = Set.of("envoy.filters.http.local_ratelimit");

  /** Fields of Telemetry, EnvoyFilter and tracing, and the slow start's arbitrary runtime key. */
  private static final Set<String> FIELDS =
      Set.of("tracing", "metrics", "perConnectionBufferLimitBytes", "runtimeKey");

  @BeforeAll
  static void saysWhatIsExcluded() {
    System.out.println(
        "not compared: the filters "
            + new TreeSet<>(FILTERS)
            + ", the fields "
            + new TreeSet<>(FIELDS)
            + ", conditions of access logs, EnvoyFilter's maxStreamDuration");
  }

  @ParameterizedTest
  @CsvSource({
    "basic, shop",
    "basic, db",
    "basic, catalog-v1",
    "wide, front",
    "wide, orders-a",
    "wide, elsewhere",
  })
  void generatesWhatIstiodSent(String set, String name) throws Exception {
    Path recordings =
        Path.of(
            System.getProperty(
                "inmesh.recordings",
                Path.of(System.getProperty("inmesh.repository", ".."))
                    .resolve("../shared/istiod-recordings")
                    .toString()));
    if (!Files.isDirectory(recordings)) {
      System.out.println("skipped: no recordings at " + recordings);
    }
    Assumptions.assumeTrue(Files.isDirectory(recordings));
    Path node = recordings.resolve(set).resolve(name);
    Path input = recordings.resolve(set).resolve("input");
    Node.Builder presented = Node.newBuilder();
    JsonFormat.parser().merge(Files.readString(node.resolve("node.json")), presented);

    ControlPlane.Options options =
        new ControlPlane.Options(
            input,
            input.resolve("mesh.yaml"),
            new HostPort("127.0.0.1", 0),
            new HostPort("127.0.0.1", 0),
            null);
    try (ControlPlane plane = ControlPlane.start(options, line -> {});
        AdsClient<DeltaDiscoveryRequest, DeltaDiscoveryResponse> client = AdsClient.delta(plane)) {
      client.send(
          DeltaDiscoveryRequest.newBuilder()
              .setNode(presented)
              .setTypeUrl(ResourceType.NDS.url())
              .build());
      DeltaDiscoveryResponse names = client.next();
      DeltaDiscoveryResponse recordedNames =
          DeltaDiscoveryResponse.parseFrom(Files.readAllBytes(node.resolve("nds.delta.binpb")));

      Map<String, JsonElement> ours = resources(dump(plane, presented.getId().split("~")[2]));
      Map<String, JsonElement> istiods =
          resources(
              JsonParser.parseString(Files.readString(node.resolve("config_dump.json")))
                  .getAsJsonObject());

      assertThat(ours.keySet()).isEqualTo(istiods.keySet());
      List<String> differences = new ArrayList<>();
      istiods.forEach((key, value) -> differences(key, value, ours.get(key), differences));
      assertThat(differences).isEmpty();
      assertThat(names.getResources(0).getResource().getTypeUrl())
          .isEqualTo(recordedNames.getResources(0).getResource().getTypeUrl());
      assertThat(names.getResources(0).getResource().getValue())
          .isEqualTo(recordedNames.getResources(0).getResource().getValue());
    }
  }

  private static JsonObject dump(ControlPlane plane, String proxy) throws Exception {
    URI uri = URI.create("http://" + plane.monitoring() + "/debug/config_dump?proxyID=" + proxy);
    String body =
        HttpClient.newHttpClient()
            .send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString())
            .body();
    return JsonParser.parseString(body).getAsJsonObject();
  }

  /** Kind and name to content, of all resources in a dump. */
  private static Map<String, JsonElement> resources(JsonObject dump) {
    Map<String, JsonElement> out = new TreeMap<>();
    for (JsonElement config : dump.getAsJsonArray("configs")) {
      JsonObject object = config.getAsJsonObject();
      each(object, "dynamicActiveClusters", "cluster", "name", out);
      each(object, "dynamicEndpointConfigs", "endpointConfig", "clusterName", out);
      each(object, "dynamicRouteConfigs", "routeConfig", "name", out);
      if (object.has("dynamicListeners")) {
        for (JsonElement listener : object.getAsJsonArray("dynamicListeners")) {
          JsonObject body =
              listener.getAsJsonObject().getAsJsonObject("activeState").getAsJsonObject("listener");
          out.put("listener " + body.get("name").getAsString(), normal(body));
        }
      }
    }
    return out;
  }

  private static void each(
      JsonObject config, String list, String field, String name, Map<String, JsonElement> out) {
    if (config.has(list)) {
      for (JsonElement element : config.getAsJsonArray(list)) {
        JsonObject body = element.getAsJsonObject().getAsJsonObject(field);
        out.put(field + " " + body.get(name).getAsString(), normal(body));
      }
    }
  }

  /** Leaves out what is excluded and what is only another way to write the same. */
  private static JsonElement normal(JsonElement element) {
    if (element.isJsonArray()) {
      JsonArray out = new JsonArray();
      for (JsonElement item : element.getAsJsonArray()) {
        boolean excluded =
            item.isJsonObject()
                && item.getAsJsonObject().has("name")
                && item.getAsJsonObject().get("name").isJsonPrimitive()
                && FILTERS.contains(item.getAsJsonObject().get("name").getAsString());
        if (!excluded) {
          out.add(normal(item));
        }
      }
      return out;
    }
    if (!element.isJsonObject()) {
      return element;
    }
    JsonObject out = new JsonObject();
    element
        .getAsJsonObject()
        .entrySet()
        .forEach(
            entry -> {
              boolean byEnvoyFilter =
                  entry.getKey().equals("maxStreamDuration")
                      && entry.getValue().toString().contains("20s");
              // Telemetry's condition on access logs; a listener's own condition stands beside it
              boolean byTelemetry =
                  entry.getKey().equals("filter")
                      && (entry.getValue().toString().contains("response.code >= 400")
                          || entry.getValue().toString().contains("responseFlagFilter"));
              if (!FIELDS.contains(entry.getKey()) && !byEnvoyFilter && !byTelemetry) {
                out.add(entry.getKey(), normal(entry.getValue()));
              }
            });
    return out;
  }

  private static void differences(
      String path,
      JsonElement istiods,
      @org.jspecify.annotations.Nullable JsonElement ours,
      List<String> out) {
    if (istiods.equals(ours)) {
      return;
    }
    if (ours != null && istiods.isJsonObject() && ours.isJsonObject()) {
      Stream.concat(
              istiods.getAsJsonObject().keySet().stream(), ours.getAsJsonObject().keySet().stream())
          .distinct()
          .forEach(
              key -> {
                JsonElement left = istiods.getAsJsonObject().get(key);
                JsonElement right = ours.getAsJsonObject().get(key);
                if (left == null) {
                  out.add(path + "." + key + ": only ours: " + right);
                } else {
                  differences(path + "." + key, left, right, out);
                }
              });
    } else if (ours != null
        && istiods.isJsonArray()
        && ours.isJsonArray()
        && istiods.getAsJsonArray().size() == ours.getAsJsonArray().size()) {
      for (int i = 0; i < istiods.getAsJsonArray().size(); i++) {
        differences(
            path + "[" + i + "]",
            istiods.getAsJsonArray().get(i),
            ours.getAsJsonArray().get(i),
            out);
      }
    } else {
      out.add(path + ": istiod " + istiods + ", ours " + ours);
    }
  }
}
