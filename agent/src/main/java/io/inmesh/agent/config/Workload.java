package io.inmesh.agent.config;

import java.io.BufferedReader;
import java.io.File;
import java.io.FileReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Who this process is to the control plane. From the settings, else from the standard Istio pod
 * environment, else a default that names the process and matches no policy.
 *
 * @param ip the address under which the registry knows this workload
 * @param serviceAccount empty if it has none
 * @param annotations of the pod
 * @param metadata further node metadata, from {@code ISTIO_META_*}
 */
public record Workload(
    String name,
    String namespace,
    String ip,
    Optional<String> serviceAccount,
    Map<String, String> labels,
    Map<String, String> annotations,
    String clusterId,
    Optional<String> locality,
    Optional<String> network,
    String meshId,
    String domain,
    String trustDomain,
    String istioVersion,
    Map<String, String> metadata) {
  private static final String LABEL_FILE = "/etc/istio/pod/labels";
  private static final String ANNOTATION_FILE = "/etc/istio/pod/annotations";
  private static final String TRAFFIC = "traffic.sidecar.istio.io/";

  public Workload {
    labels = Map.copyOf(labels);
    annotations = Map.copyOf(annotations);
    metadata = Map.copyOf(metadata);
  }

  static Workload read(SettingsSource source) {
    String[] parts = nameAndNamespace(source);
    String trustDomain =
        source.getOrEnvironment("trust-domain", "TRUST_DOMAIN").orElse("cluster.local");
    return new Workload(
        parts[0],
        parts[1],
        source.getOrEnvironment("ip", "INSTANCE_IP").orElse("127.0.0.1"),
        source.getOrEnvironment("service-account", "SERVICE_ACCOUNT"),
        labels(source),
        described(source, "ISTIO_METAJSON_ANNOTATIONS", ANNOTATION_FILE),
        source.getOrEnvironment("cluster-id", "ISTIO_META_CLUSTER_ID").orElse("Kubernetes"),
        source.get("locality"),
        source.getOrEnvironment("network", "ISTIO_META_NETWORK"),
        source.getOrEnvironment("mesh-id", "ISTIO_META_MESH_ID").orElse(trustDomain),
        source.get("domain").orElse("cluster.local"),
        trustDomain,
        source.get("istio-version").orElse("1.29.6"),
        source.environmentWithPrefix("ISTIO_META_"));
  }

  private static String[] nameAndNamespace(SettingsSource source) {
    Optional<String> workload = source.get("workload");
    return workload.isPresent()
        ? split(workload.get())
        : new String[] {
          source.environment("POD_NAME").orElse("java"),
          source.environment("POD_NAMESPACE").orElse("default")
        };
  }

  private static String[] split(String workload) {
    int dot = workload.indexOf('.');
    if (dot <= 0 || dot == workload.length() - 1 || workload.indexOf('.', dot + 1) >= 0) {
      throw new IllegalArgumentException(
          "setting workload=" + workload + " is refused: it is not NAME.NAMESPACE");
    }
    return new String[] {workload.substring(0, dot), workload.substring(dot + 1)};
  }

  private static Map<String, String> labels(SettingsSource source) {
    Optional<String> own = source.get("labels");
    if (own.isPresent()) {
      return pairs(own.get());
    }
    return described(source, "ISTIO_METAJSON_LABELS", LABEL_FILE);
  }

  /** What the pod is described by, as injection leaves it. */
  private static Map<String, String> described(
      SettingsSource source, String variable, String file) {
    Optional<String> json = source.environment(variable);
    return json.isPresent()
        ? JsonReader.strings(variable, json.get())
        : downwardFile(new File(file));
  }

  /** The annotation {@code traffic.sidecar.istio.io/NAME}; empty where there is none. */
  Setting traffic(String name) {
    String annotation = TRAFFIC + name;
    return new Setting(annotation, annotations.getOrDefault(annotation, ""));
  }

  private static Map<String, String> pairs(String text) {
    Map<String, String> labels = new LinkedHashMap<>();
    for (String pair : text.split(",")) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        throw new IllegalArgumentException(
            "setting labels=" + text + " is refused: '" + pair + "' is not k=v");
      }
      labels.put(pair.substring(0, equals).trim(), pair.substring(equals + 1).trim());
    }
    return labels;
  }

  /**
   * The downward API writes {@code key="value"} a line. Not by java.nio.file: see the entry point.
   */
  private static Map<String, String> downwardFile(File file) {
    Map<String, String> found = new LinkedHashMap<>();
    if (!file.isFile()) {
      return found;
    }
    try (BufferedReader lines = new BufferedReader(new FileReader(file, StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        int equals = line.indexOf('=');
        if (equals > 0) {
          String value = line.substring(equals + 1).trim();
          boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
          found.put(
              line.substring(0, equals).trim(),
              quoted ? value.substring(1, value.length() - 1) : value);
        }
      }
    } catch (IOException e) {
      throw new IllegalArgumentException(
          "labels or annotations cannot be read from " + file + ": " + e, e);
    }
    return found;
  }
}
