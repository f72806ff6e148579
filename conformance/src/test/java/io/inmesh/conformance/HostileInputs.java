package io.inmesh.conformance;

import io.inmesh.control.client.decode.ClusterDecoder;
import io.inmesh.control.client.decode.EndpointDecoder;
import io.inmesh.control.client.decode.Interner;
import io.inmesh.control.client.decode.ListenerDecoder;
import io.inmesh.control.client.decode.ResourceDecoder;
import io.inmesh.control.client.decode.RouteDecoder;
import io.inmesh.control.client.wire.FieldTable;
import io.inmesh.control.client.wire.WireFormatException;
import io.inmesh.control.client.wire.WireMessage;
import io.inmesh.engine.listener.FilterChainAction.PathNormalization;
import io.inmesh.engine.listener.FilterChainAction.PathNormalization.EscapedSlashes;
import io.inmesh.engine.listener.PathNormalizer;
import io.inmesh.engine.route.HeaderFormat;
import org.jspecify.annotations.Nullable;

/**
 * What must hold for any input at all: it is taken or refused by the exception that says so;
 * nothing else is thrown, and nothing grows without bound.
 */
final class HostileInputs {
  private static final FieldTable TABLE = FieldTable.load();
  private static final int LONGEST_ESCAPE = 3;

  private HostileInputs() {}

  /** Bytes as a resource of this kind. */
  static void resource(Kind kind, byte[] bytes) {
    try {
      WireMessage message = WireMessage.parse(TABLE.message(kind.message), bytes);
      kind.decoder(new Interner()).decode("hostile", message);
    } catch (IllegalArgumentException | WireFormatException refused) {
      // Becomes a NACK.
    }
  }

  /** A path in every mode of normalisation. */
  static void path(String path) {
    PathNormalizer.isNormal(path);
    for (EscapedSlashes escapedSlashes : EscapedSlashes.values()) {
      for (int flags = 0; flags < 4; flags++) {
        PathNormalization mode =
            new PathNormalization((flags & 1) != 0, (flags & 2) != 0, escapedSlashes);
        PathNormalizer.outcome(mode, path, false);
        String normal = PathNormalizer.normalize(mode, path);
        if (normal.length() > LONGEST_ESCAPE * path.length() + 1) {
          throw new AssertionError(path + " has grown to " + normal);
        }
      }
    }
  }

  /** A text as the value of a header mutation. */
  static void format(String text) {
    try {
      HeaderFormat.parse(text).format(new Echo());
    } catch (IllegalArgumentException refused) {
      // Becomes a NACK, or a contained route.
    }
  }

  /** What a control plane sends. */
  enum Kind {
    LISTENER("envoy.config.listener.v3.Listener") {
      @Override
      ResourceDecoder<?> decoder(Interner interner) {
        return new ListenerDecoder(TABLE, interner);
      }
    },
    ROUTES("envoy.config.route.v3.RouteConfiguration") {
      @Override
      ResourceDecoder<?> decoder(Interner interner) {
        return new RouteDecoder(TABLE, interner);
      }
    },
    CLUSTER("envoy.config.cluster.v3.Cluster") {
      @Override
      ResourceDecoder<?> decoder(Interner interner) {
        return new ClusterDecoder(TABLE, interner);
      }
    },
    ENDPOINTS("envoy.config.endpoint.v3.ClusterLoadAssignment") {
      @Override
      ResourceDecoder<?> decoder(Interner interner) {
        return new EndpointDecoder(TABLE, interner);
      }
    };

    private final String message;

    Kind(String message) {
      this.message = message;
    }

    abstract ResourceDecoder<?> decoder(Interner interner);
  }

  private static final class Echo implements HeaderFormat.Context {
    @Override
    public @Nullable String requestHeader(String lowerCaseName) {
      return lowerCaseName;
    }

    @Override
    public @Nullable String responseHeader(String lowerCaseName) {
      return null;
    }

    @Override
    public @Nullable String value(HeaderFormat.Command command) {
      return command.name();
    }
  }
}
