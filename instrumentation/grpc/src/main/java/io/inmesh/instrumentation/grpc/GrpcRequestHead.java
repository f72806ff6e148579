package io.inmesh.instrumentation.grpc;

import io.grpc.Metadata;
import io.inmesh.engine.http.RequestHead;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** A call as the head of the HTTP/2 request that it becomes. */
final class GrpcRequestHead implements RequestHead {
  private final Headers headers;
  private final Destination destination;
  private final String authority;
  private final String path;
  private final Metadata metadata;
  private final String userAgent;

  /**
   * @param metadata of the app, and the timeout of its deadline
   */
  GrpcRequestHead(Meshed channel, String authority, String method, Metadata metadata) {
    this(
        channel.headers(),
        channel.destination(),
        authority,
        "/" + method,
        metadata,
        channel.userAgent());
  }

  private GrpcRequestHead(
      Headers headers,
      Destination destination,
      String authority,
      String path,
      Metadata metadata,
      String userAgent) {
    this.headers = headers;
    this.destination = destination;
    this.authority = authority;
    this.path = path;
    this.metadata = metadata;
    this.userAgent = userAgent;
  }

  /** A request that nobody sends: it asks whether a channel is meshed at all. */
  static GrpcRequestHead probe(Headers headers, Destination destination, String authority) {
    return new GrpcRequestHead(headers, destination, authority, "/", new Metadata(), "");
  }

  @Override
  public String method() {
    return "POST";
  }

  @Override
  public String scheme() {
    return "http";
  }

  @Override
  public String host() {
    return destination.host();
  }

  @Override
  public int port() {
    return destination.port();
  }

  @Override
  public String authority() {
    return authority;
  }

  @Override
  public String path() {
    return path;
  }

  @Override
  public @Nullable String query() {
    return null;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    String own = ofTheLibrary(lowerCaseName);
    return own == null ? headers.joined(metadata, lowerCaseName) : own;
  }

  @Override
  public @Nullable List<String> lines(String lowerCaseName) {
    List<String> lines = headers.lines(metadata, lowerCaseName);
    return lines.size() > 1 ? lines : null;
  }

  @Override
  public String protocol() {
    return "HTTP/2";
  }

  /** What the library writes itself, whatever stands in the metadata. */
  @Nullable String ofTheLibrary(String name) {
    return switch (name) {
      case "content-type" -> "application/grpc";
      case "te" -> "trailers";
      case "user-agent" -> userAgent;
      default -> null;
    };
  }
}
