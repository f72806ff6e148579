package io.inmesh.instrumentation.tomcat;

import io.inmesh.engine.http.HeaderEditor;
import org.apache.coyote.Response;
import org.jspecify.annotations.Nullable;

/** Edits the head of a response in place; Tomcat keeps type and length of the content apart. */
final class TomcatResponseEditor implements HeaderEditor {
  private static final String TYPE = "content-type";
  private static final String LENGTH = "content-length";

  private final Response response;
  private final Headers headers;

  TomcatResponseEditor(Response response) {
    this.response = response;
    this.headers = new Headers(response.getMimeHeaders());
  }

  @Override
  public @Nullable String header(String lowerCaseName) {
    if (lowerCaseName.equals(TYPE)) {
      return response.getContentType();
    }
    if (lowerCaseName.equals(LENGTH)) {
      long length = response.getContentLengthLong();
      return length < 0 ? null : Long.toString(length);
    }
    return headers.joined(lowerCaseName);
  }

  @Override
  public @Nullable String firstLine(String lowerCaseName) {
    return lowerCaseName.equals(TYPE) || lowerCaseName.equals(LENGTH)
        ? header(lowerCaseName)
        : headers.first(lowerCaseName);
  }

  @Override
  public void setHeader(String lowerCaseName, String value) {
    if (lowerCaseName.equals(TYPE) || lowerCaseName.equals(LENGTH)) {
      response.setHeader(lowerCaseName, value);
    } else {
      Headers.set(headers.only(lowerCaseName), value);
    }
  }

  @Override
  public void addHeader(String lowerCaseName, String value) {
    if (lowerCaseName.equals(TYPE) || lowerCaseName.equals(LENGTH)) {
      response.addHeader(lowerCaseName, value);
    } else {
      Headers.set(headers.add(lowerCaseName), value);
    }
  }

  @Override
  public void removeHeader(String lowerCaseName) {
    if (lowerCaseName.equals(TYPE)) {
      response.setContentType(null);
    } else if (lowerCaseName.equals(LENGTH)) {
      response.setContentLength(-1);
    } else {
      headers.remove(lowerCaseName);
    }
  }

  @Override
  public boolean mayHavePrefix(String lowerCasePrefix) {
    return TYPE.startsWith(lowerCasePrefix) || headers.anyStartsWith(lowerCasePrefix);
  }
}
