package io.inmesh.control.plane.config;

import io.inmesh.control.plane.model.MeshConfig;
import io.inmesh.control.plane.model.Meta;
import io.inmesh.control.plane.model.Resource;
import io.inmesh.control.plane.model.Source;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.ScalarNode;

/**
 * What one YAML file says.
 *
 * @param unused resources of kinds that nothing is made of yet, by kind
 */
record YamlFile(List<Resource> resources, List<Unused> unused, List<Problem> problems) {

  /** A resource that is accepted and not used. */
  record Unused(String kind, Source source) {}

  private static final Set<String> GROUPS =
      Set.of(
          "networking.istio.io", "security.istio.io", "telemetry.istio.io", "extensions.istio.io");

  /** Makes a resource of a spec, or null when the policy is for others than sidecars. */
  private interface Reader {
    @Nullable Resource read(Meta meta, Fields spec);
  }

  private static final Map<String, Reader> NETWORKING =
      Map.of(
          "ServiceEntry", ServiceEntryReader::serviceEntry,
          "WorkloadEntry", ServiceEntryReader::workloadEntry,
          "VirtualService", VirtualServiceReader::read,
          "DestinationRule", DestinationRuleReader::read);

  /** Istio takes a policy without a spec for an empty one: an AuthorizationPolicy denies all. */
  private static final Map<String, Reader> SECURITY =
      Map.of(
          "PeerAuthentication", PeerAuthenticationReader::read,
          "AuthorizationPolicy", AuthorizationPolicyReader::read,
          "RequestAuthentication", RequestAuthenticationReader::read);

  YamlFile {
    resources = List.copyOf(resources);
    unused = List.copyOf(unused);
    problems = List.copyOf(problems);
  }

  boolean isGood() {
    return problems.stream().noneMatch(p -> p.severity() == Problem.Severity.ERROR);
  }

  static YamlFile read(String file, String text) {
    Problems problems = new Problems();
    List<Resource> resources = new ArrayList<>();
    List<Unused> unused = new ArrayList<>();
    for (Node document : documents(file, text, problems)) {
      if (document instanceof MappingNode mapping) {
        document(new Fields(file, "", mapping, problems), resources, unused, problems);
      } else if (!(document instanceof ScalarNode scalar && scalar.getValue().isEmpty())) {
        problems.error(
            new Source(file, line(document)), "", "a document must be a resource (an object)");
      }
    }
    return new YamlFile(resources, unused, problems.all());
  }

  /** Reads a MeshConfig; null when it has errors. */
  static @Nullable MeshConfig readMeshConfig(String file, String text, Problems problems) {
    problems.within("MeshConfig");
    MeshConfig config = MeshConfig.DEFAULT;
    for (Node document : documents(file, text, problems)) {
      if (document instanceof MappingNode mapping) {
        Fields fields = new Fields(file, "", mapping, problems);
        config = MeshConfigReader.read(fields);
        fields.done();
      }
    }
    return problems.hasErrors() ? null : config;
  }

  private static List<Node> documents(String file, String text, Problems problems) {
    List<Node> out = new ArrayList<>();
    try {
      LoadSettings settings = LoadSettings.builder().setLabel(file).build();
      for (Node node : new Compose(settings).composeAllFromString(text)) {
        out.add(node);
      }
    } catch (MarkedYamlEngineException e) {
      int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(1);
      int column = e.getProblemMark().map(mark -> mark.getColumn() + 1).orElse(1);
      problems.error(
          new Source(file, line), "", "not YAML: " + e.getProblem() + " (column " + column + ")");
    } catch (YamlEngineException e) {
      problems.error(new Source(file, 1), "", "not YAML: " + e.getMessage());
    }
    return out;
  }

  private static void document(
      Fields root, List<Resource> resources, List<Unused> unused, Problems problems) {
    problems.within("");
    String apiVersion = root.string("apiVersion");
    String kind = root.string("kind");
    if (kind.isEmpty() || apiVersion.isEmpty()) {
      root.error("", "not a resource: apiVersion and kind are required");
      return;
    }
    String group = apiVersion.contains("/") ? apiVersion.substring(0, apiVersion.indexOf('/')) : "";
    Meta meta = root.object("metadata", fields -> meta(kind, root, fields));
    if (meta == null) {
      root.error("metadata", "is required");
      return;
    }
    if (!GROUPS.contains(group)) {
      unused.add(new Unused(kind + " (" + apiVersion + ")", root.source()));
      return;
    }
    problems.within(meta.display());
    boolean security = group.equals("security.istio.io");
    Reader reader =
        security
            ? SECURITY.get(kind)
            : group.equals("networking.istio.io") ? NETWORKING.get(kind) : null;
    Resource resource = null;
    if (reader == null) {
      unused.add(new Unused(kind, root.source()));
      root.ignore("spec");
    } else if (security || root.has("spec")) {
      resource = root.objectOrEmpty("spec", spec -> reader.read(meta, spec));
    } else {
      root.error("spec", "is required");
    }
    root.ignore("status");
    root.done();
    if (resource != null) {
      resources.add(resource);
    }
  }

  private static Meta meta(String kind, Fields root, Fields fields) {
    fields.ignore(
        "uid",
        "resourceVersion",
        "generation",
        "managedFields",
        "ownerReferences",
        "finalizers",
        "generateName",
        "selfLink",
        "deletionTimestamp",
        "deletionGracePeriodSeconds");
    String namespace = fields.string("namespace");
    return new Meta(
        kind,
        namespace.isEmpty() ? "default" : namespace,
        fields.requiredString("name"),
        fields.stringMap("labels"),
        fields.stringMap("annotations"),
        created(fields),
        root.source());
  }

  private static Instant created(Fields fields) {
    String text = fields.string("creationTimestamp");
    try {
      return text.isEmpty() ? Meta.UNKNOWN : Instant.parse(text);
    } catch (DateTimeParseException e) {
      fields.error(
          "creationTimestamp", "\"" + text + "\" is not a time such as 2026-01-31T10:00:00Z");
      return Meta.UNKNOWN;
    }
  }

  private static int line(Node node) {
    return node.getStartMark().map(mark -> mark.getLine() + 1).orElse(1);
  }
}
