package io.inmesh.instrumentation.grpc;

import io.grpc.Metadata;
import io.inmesh.engine.http.HeaderEditor;
import org.jspecify.annotations.Nullable;

/** Edits headers of the library in place. */
class MetadataEditor implements HeaderEditor {
  private final Headers headers;
  private final Metadata metadata;

  MetadataEditor(Headers headers, Metadata metadata) {
    this.headers = headers;
    this.metadata = metadata;
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    return headers.joined(metadata, lowerCaseName);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    headers.remove(metadata, lowerCaseName);
    headers.add(metadata, lowerCaseName, value);
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    headers.add(metadata, lowerCaseName, value);
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    headers.remove(metadata, lowerCaseName);
  }

  @Override
  public boolean mayHavePrefix(String lowerCasePrefix) {
    for (String name : metadata.keys()) {
      if (name.startsWith(lowerCasePrefix)) {
        return true;
      }
    }
    return false;
  }
}
