package io.inmesh.engine.authz;

import io.inmesh.engine.match.Ascii;
import io.inmesh.engine.match.HeaderMatcher;
import io.inmesh.engine.match.MetadataMatcher;
import io.inmesh.engine.match.PathMatcher;
import io.inmesh.engine.match.StringMatcher;
import io.inmesh.engine.net.Cidr;
import java.util.List;

/** Envoy's {@code Permission}: what a request wants to do. */
public sealed interface Permission {
  /** Whether the request wants this. */
  boolean matches(RbacRequest request);

  /** All of them. */
  record AndRules(List<Permission> rules) implements Permission {
    public AndRules {
      rules = List.copyOf(rules);
    }

    @Override
    public boolean matches(RbacRequest request) {
      for (int i = 0; i < rules.size(); i++) {
        if (!rules.get(i).matches(request)) {
          return false;
        }
      }
      return true;
    }
  }

  /** One of them. */
  record OrRules(List<Permission> rules) implements Permission {
    public OrRules {
      rules = List.copyOf(rules);
    }

    @Override
    public boolean matches(RbacRequest request) {
      for (int i = 0; i < rules.size(); i++) {
        if (rules.get(i).matches(request)) {
          return true;
        }
      }
      return false;
    }
  }

  /** Anything but this. */
  record NotRule(Permission rule) implements Permission {
    @Override
    public boolean matches(RbacRequest request) {
      return !rule.matches(request);
    }
  }

  /** Anything. */
  record Any() implements Permission {
    @Override
    public boolean matches(RbacRequest request) {
      return true;
    }
  }

  /** By a header or pseudo-header; of several lines of one name each is looked at alone. */
  record Header(HeaderMatcher matcher) implements Permission {
    @Override
    public boolean matches(RbacRequest request) {
      return request.header(matcher);
    }
  }

  /** By the path without query and fragment. */
  record UrlPath(StringMatcher path) implements Permission {
    @Override
    public boolean matches(RbacRequest request) {
      return request.path(path);
    }
  }

  /** By a template of the path. */
  record UriTemplate(PathMatcher.UriTemplate template) implements Permission {
    @Override
    public boolean matches(RbacRequest request) {
      return request.template(template);
    }
  }

  /** By the address that took the connection. */
  record DestinationIp(Cidr range) implements Permission {
    @Override
    public boolean matches(RbacRequest request) {
      return request.destinationIp(range);
    }
  }

  /** By the port that took the connection. */
  record DestinationPort(int port) implements Permission {
    public DestinationPort {
      if (port < 0 || port > 65535) {
        throw new IllegalArgumentException(
            "Permission.destination_port: value must be less than or equal to 65535");
      }
    }

    @Override
    public boolean matches(RbacRequest request) {
      return request.downstream().localPort() == port;
    }
  }

  /** By {@code start <= port < end}. */
  record DestinationPortRange(int start, int end) implements Permission {
    public DestinationPortRange {
      check("start", start);
      check("end", end);
      if (start >= end) {
        throw new IllegalArgumentException(
            "range start " + start + " cannot be greater or equal than range end " + end);
      }
    }

    private static void check(String which, int port) {
      if (port < 0 || port > 65536) {
        throw new IllegalArgumentException("range " + which + " " + port + " is out of bounds");
      }
    }

    @Override
    public boolean matches(RbacRequest request) {
      int port = request.downstream().localPort();
      return start <= port && port < end;
    }
  }

  /** By the SNI in lower case, which is empty on a connection in clear. */
  record RequestedServerName(StringMatcher name) implements Permission {
    @Override
    public boolean matches(RbacRequest request) {
      return name.matches(Ascii.lower(request.downstream().serverName()));
    }
  }

  /** By dynamic metadata: {@code metadata}, and {@code sourced_metadata} of the source DYNAMIC. */
  record Metadata(MetadataMatcher matcher) implements Permission {
    @Override
    public boolean matches(RbacRequest request) {
      return request.metadata(matcher);
    }
  }
}
