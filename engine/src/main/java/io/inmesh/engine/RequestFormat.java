package io.inmesh.engine;

import io.inmesh.engine.cluster.Host;
import io.inmesh.engine.http.HeadEditor;
import io.inmesh.engine.http.RequestHead;
import io.inmesh.engine.http.ResponseHeadView;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.route.HeaderFormat;
import io.inmesh.engine.route.HeaderFormat.Command;
import io.inmesh.engine.route.Route;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What the commands of a header value see of one request. */
final class RequestFormat implements HeaderFormat.Context {
  private final MeshSnapshot snapshot;
  private final Route route;
  private final RequestHead head;
  private @Nullable String cluster;
  private @Nullable Host host;
  private int attempts;
  private @Nullable HeadEditor edited;
  private @Nullable ResponseHeadView response;
  private int status;
  private String flags = "";
  private String details = "";
  private @Nullable String transportFailure;

  RequestFormat(MeshSnapshot snapshot, Route route, RequestHead head) {
    this.snapshot = snapshot;
    this.route = route;
    this.head = head;
  }

  /** From now on request headers are what has become of them. */
  void request(HeadEditor editor) {
    edited = editor;
  }

  void upstream(String clusterName, @Nullable Host chosen, int attempt, @Nullable String failure) {
    cluster = clusterName;
    host = chosen;
    attempts = attempt;
    transportFailure = failure;
  }

  void response(int code, ResponseHeadView headers, String flagText, String detailText) {
    status = code;
    response = headers;
    flags = flagText;
    details = detailText;
  }

  @Override
  public @Nullable String requestHeader(String lowerCaseName) {
    String name = lowerCaseName.equals("host") ? ":authority" : lowerCaseName;
    if (edited == null) {
      String value = HeaderMatcher.valueOf(head, name);
      List<String> lines = value == null || value.indexOf(',') < 0 ? null : head.lines(name);
      return lines == null ? value : lines.get(0);
    }
    return switch (name) {
      case ":path" -> edited.path();
      case ":authority" -> edited.authority();
      case ":method", ":scheme" -> HeaderMatcher.valueOf(head, name);
      // Of several lines a command sees the first.
      default -> edited.firstLine(name);
    };
  }

  @Override
  public @Nullable String responseHeader(String lowerCaseName) {
    if (lowerCaseName.equals(":status")) {
      return status == 0 ? null : Integer.toString(status);
    }
    return response == null ? null : response.header(lowerCaseName);
  }

  @Override
  public @Nullable String value(Command command) {
    return switch (command) {
      case REQ, RESP, VIRTUAL_CLUSTER_NAME, REQUESTED_SERVER_NAME -> null;
      case DOWNSTREAM_PEER_URI_SAN, DOWNSTREAM_LOCAL_URI_SAN -> null;
      case PROTOCOL -> head.protocol();
      case ROUTE_NAME -> route.name();
      // 0 as long as there is none, which in a local reply is so.
      case RESPONSE_CODE -> Integer.toString(status);
      case RESPONSE_FLAGS -> flags;
      case RESPONSE_CODE_DETAILS -> details;
      case UPSTREAM_CLUSTER, UPSTREAM_CLUSTER_RAW -> cluster;
      case UPSTREAM_HOST, UPSTREAM_REMOTE_ADDRESS ->
          host == null ? null : host.endpoint().socketAddress();
      case UPSTREAM_REMOTE_ADDRESS_WITHOUT_PORT -> host == null ? null : host.endpoint().address();
      case UPSTREAM_REMOTE_PORT -> host == null ? null : Integer.toString(host.endpoint().port());
      case UPSTREAM_REQUEST_ATTEMPT_COUNT -> Integer.toString(attempts);
      case UPSTREAM_TRANSPORT_FAILURE_REASON -> transportFailure;
      // The app is the caller: its address is the workload's, and it has no port of its own.
      case DOWNSTREAM_REMOTE_ADDRESS, DOWNSTREAM_DIRECT_REMOTE_ADDRESS -> ownIp() + ":0";
      case DOWNSTREAM_REMOTE_ADDRESS_WITHOUT_PORT, DOWNSTREAM_DIRECT_REMOTE_ADDRESS_WITHOUT_PORT ->
          ownIp();
      case DOWNSTREAM_REMOTE_PORT -> "0";
      case DOWNSTREAM_LOCAL_ADDRESS -> destination() + ":" + head.port();
      case DOWNSTREAM_LOCAL_ADDRESS_WITHOUT_PORT -> destination();
      case DOWNSTREAM_LOCAL_PORT -> Integer.toString(head.port());
    };
  }

  private String ownIp() {
    String ip = snapshot.identity().ip();
    return ip.isEmpty() ? "127.0.0.1" : ip;
  }

  private String destination() {
    String ip = snapshot.nameTable().firstIp(head.host());
    return ip == null ? head.host() : ip;
  }
}
