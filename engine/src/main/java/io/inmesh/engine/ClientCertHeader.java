package io.inmesh.engine;

import io.inmesh.engine.http.HeaderEditor;
import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.listener.ForwardedClientCert;
import io.inmesh.engine.listener.ForwardedClientCert.Mode;

/**
 * The header {@code x-forwarded-client-cert}: an element is {@code
 * By=OWN-URI;Hash=SHA256;Subject="…";URI=…;DNS=…}, elements are joined with a comma.
 */
final class ClientCertHeader {
  private static final String NAME = "x-forwarded-client-cert";

  /** Room for two names and a hash. */
  private static final int USUAL = 320;

  private ClientCertHeader() {}

  static void edit(HeaderEditor headers, ForwardedClientCert what, Downstream downstream) {
    Downstream.Tls tls = downstream.tls().orElse(null);
    Mode mode = what.mode();
    if (mode == Mode.ALWAYS_FORWARD_ONLY) {
      return;
    }
    String received = headers.header(NAME);
    if (tls == null || !tls.mutual() || mode == Mode.SANITIZE) {
      // Nobody vouches for what somebody else has written.
      if (received != null) {
        headers.removeHeader(NAME);
      }
      return;
    }
    if (mode == Mode.FORWARD_ONLY) {
      return;
    }
    String element = element(what, tls);
    headers.setHeader(
        NAME,
        mode == Mode.APPEND_FORWARD && received != null && !received.isEmpty()
            ? received + "," + element
            : element);
  }

  private static String element(ForwardedClientCert what, Downstream.Tls tls) {
    StringBuilder out = new StringBuilder(USUAL);
    for (String own : tls.localUris()) {
      add(out, "By=").append(own);
    }
    add(out, "Hash=").append(tls.hash());
    if (what.subject()) {
      add(out, "Subject=\"").append(tls.subject()).append('"');
    }
    if (what.uri()) {
      // The key stands there even without a name.
      if (tls.uris().isEmpty()) {
        add(out, "URI=");
      }
      for (String uri : tls.uris()) {
        add(out, "URI=").append(uri);
      }
    }
    if (what.dns()) {
      for (String name : tls.dnsNames()) {
        add(out, "DNS=").append(name);
      }
    }
    return out.toString();
  }

  private static StringBuilder add(StringBuilder out, String key) {
    if (out.length() > 0) {
      out.append(';');
    }
    return out.append(key);
  }
}
