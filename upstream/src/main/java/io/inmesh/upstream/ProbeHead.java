package io.inmesh.upstream;

import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.route.HeaderFormat;
import io.inmesh.engine.route.HeaderMutations;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The head of a request that checks a host. There is no caller, so it can only name the host. */
final class ProbeHead implements HeaderEditor, HeaderFormat.Context {
  // The name by which servers know health checks of a mesh.
  private static final String USER_AGENT = "Envoy/HC";

  private final String method;
  private final String authority;
  private final String path;
  private final Host host;
  private final Map<String, List<String>> headers = new LinkedHashMap<>();

  private ProbeHead(String method, String authority, String path, Host host) {
    this.method = method;
    this.authority = authority;
    this.path = path;
    this.host = host;
  }

  /**
   * @param configured the authority that the check names, or empty
   * @param first headers that the protocol needs
   */
  static ProbeHead of(
      String method,
      String configured,
      String path,
      Host host,
      Map<String, String> first,
      HeaderMutations mutations) {
    String own = host.endpoint().healthCheck().hostname();
    String named = configured.isEmpty() ? host.cluster().name() : configured;
    ProbeHead head = new ProbeHead(method, own.isEmpty() ? named : own, path, host);
    first.forEach(head::setHeader);
    head.setHeader("user-agent", USER_AGENT);
    mutations.apply(head, head);
    return head;
  }

  String method() {
    return method;
  }

  String authority() {
    return authority;
  }

  String path() {
    return path;
  }

  /** Lower-case names with their values, without the pseudo-headers. */
  Map<String, List<String>> headers() {
    return headers;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    List<String> values = headers.get(lowerCaseName);
    return values == null ? null : String.join(",", values);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    headers.remove(lowerCaseName);
    addHeader(lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    headers.computeIfAbsent(lowerCaseName, name -> new ArrayList<>()).add(value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    headers.remove(lowerCaseName);
  }

  @Override
  public @Nullable String requestHeader(String lowerCaseName) {
    return switch (lowerCaseName) {
      case ":method" -> method;
      case ":authority", "host" -> authority;
      case ":path" -> path;
      default -> header(lowerCaseName);
    };
  }

  @Override
  public @Nullable String responseHeader(String lowerCaseName) {
    return null;
  }

  @Override
  public @Nullable String value(HeaderFormat.Command command) {
    return switch (command) {
      case UPSTREAM_HOST, UPSTREAM_REMOTE_ADDRESS -> host.endpoint().socketAddress();
      case UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT -> host.endpoint().address();
      case UPSTREAM_REMOTE_PORT -> Integer.toString(host.endpoint().port());
      case UPSTREAM_CLUSTER, UPSTREAM_CLUSTER_RAW -> host.cluster().name();
      default -> null;
    };
  }
}
