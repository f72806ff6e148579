package io.inmesh.instrumentation.grpc;

import io.grpc.CallOptions;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.inmesh.engine.http.HeadEditor;
import org.jspecify.annotations.Nullable;

/**
 * Edits the head of one attempt. What the library writes itself (content-type, te, user-agent)
 * stays as it is.
 */
final class GrpcHeadEditor extends MetadataEditor implements HeadEditor {
  private final GrpcRequestHead head;
  private @Nullable String path;
  private @Nullable String authority;

  /**
   * @param wire the attempt's own copy of the metadata
   */
  GrpcHeadEditor(Headers headers, GrpcRequestHead head, Metadata wire) {
    super(headers, wire);
    this.head = head;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    String own = head.ofTheLibrary(lowerCaseName);
    return own == null ? super.header(lowerCaseName) : own;
  }

  @Override
  public String path() {
    return path == null ? head.path() : path;
  }

  @Override
  public void setPath(String pathAndQuery) {
    path = pathAndQuery;
  }

  @Override
  public String authority() {
    return authority == null ? head.authority() : authority;
  }

  @Override
  public void setAuthority(String changed) {
    authority = changed;
  }

  /** The options of the attempt, which carry its authority. */
  CallOptions options(CallOptions before) {
    return authority == null ? before : before.withAuthority(authority);
  }

  /** The method of the attempt, which is its path. */
  <A, B> MethodDescriptor<A, B> method(MethodDescriptor<A, B> before) {
    String changed = path;
    return changed == null || changed.equals(head.path())
        ? before
        : before.toBuilder().setFullMethodName(changed.substring(1)).build();
  }
}
