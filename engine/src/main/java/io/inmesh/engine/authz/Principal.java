package io.inmesh.engine.authz;

import io.inmesh.engine.listener.Downstream;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.MetadataMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.net.Cidr;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Envoy's {@code Principal}: who sends a request. */
public sealed interface Principal {
  /** Whether it is the sender of the request. */
  boolean matches(RbacRequest request);

  /** All of them. */
  record AndIds(List<Principal> ids) implements Principal {
    public AndIds {
      ids = List.copyOf(ids);
    }

    @Override
    public boolean matches(RbacRequest request) {
      for (int i = 0; i < ids.size(); i++) {
        if (!ids.get(i).matches(request)) {
          return false;
        }
      }
      return true;
    }
  }

  /** One of them. */
  record OrIds(List<Principal> ids) implements Principal {
    public OrIds {
      ids = List.copyOf(ids);
    }

    @Override
    public boolean matches(RbacRequest request) {
      for (int i = 0; i < ids.size(); i++) {
        if (ids.get(i).matches(request)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Anybody but this one. */
  record NotId(Principal id) implements Principal {
    @Override
    public boolean matches(RbacRequest request) {
      return !id.matches(request);
    }
  }

  /** Anybody. */
  record Any() implements Principal {
    @Override
    public boolean matches(RbacRequest request) {
      return true;
    }
  }

  /**
   * By the certificate: any of its URI names, then any of its DNS names, then its subject.
   *
   * @param principalName null takes every TLS connection, also one whose peer showed none
   */
  record Authenticated(@Nullable StringMatcher principalName) implements Principal {
    @Override
    public boolean matches(RbacRequest request) {
      if (request.downstream().tls().isEmpty()) {
        return false;
      }
      if (principalName == null) {
        return true;
      }
      Downstream.Tls peer = request.downstream().tls().get();
      return any(peer.uris()) || any(peer.dnsNames()) || principalName.matches(peer.subject());
    }

    private boolean any(List<String> names) {
      for (int i = 0; i < names.size(); i++) {
        if (principalName != null && principalName.matches(names.get(i))) {
          return true;
        }
      }
      return false;
    }
  }

  /** By the peer's own address: {@code source_ip} and {@code direct_remote_ip}. */
  record DirectRemoteIp(Cidr range) implements Principal {
    @Override
    public boolean matches(RbacRequest request) {
      return request.directRemoteIp(range);
    }
  }

  /** By the client's address as x-forwarded-for tells it, as far as it is trusted. */
  record RemoteIp(Cidr range) implements Principal {
    @Override
    public boolean matches(RbacRequest request) {
      return request.remoteIp(range);
    }
  }

  /** By a header or pseudo-header; of several lines of one name each is looked at alone. */
  record Header(HeaderMatcher matcher) implements Principal {
    @Override
    public boolean matches(RbacRequest request) {
      return request.header(matcher);
    }
  }

  /** By the path without query and fragment. */
  record UrlPath(StringMatcher path) implements Principal {
    @Override
    public boolean matches(RbacRequest request) {
      return request.path(path);
    }
  }

  /** By dynamic metadata: {@code metadata}, and {@code sourced_metadata} of the source DYNAMIC. */
  record Metadata(MetadataMatcher matcher) implements Principal {
    @Override
    public boolean matches(RbacRequest request) {
      return request.metadata(matcher);
    }
  }
}
