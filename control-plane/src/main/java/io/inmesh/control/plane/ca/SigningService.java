package io.inmesh.control.plane.ca;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.Context;
import io.grpc.Contexts;
import io.grpc.ForwardingServerCall.SimpleForwardingServerCall;
import io.grpc.ForwardingServerCallListener.SimpleForwardingServerCallListener;
import io.grpc.Grpc;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.ServerCall;
import io.grpc.ServerCallHandler;
import io.grpc.ServerInterceptors;
import io.grpc.ServerServiceDefinition;
import io.grpc.Status;
import io.grpc.stub.ServerCalls;
import io.grpc.stub.StreamObserver;
import io.inmesh.control.plane.ca.Refusal.Kind;
import io.inmesh.tls.Identity;
import io.inmesh.tls.SpiffeId;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * {@code istio.v1.auth.IstioCertificateService}. Who asks is known by the client's certificate, or
 * by its bearer token; what the request says of itself is not believed. Each answer is a line of
 * the audit. Thread-safe.
 */
final class SigningService {
  private static final String NAME = "istio.v1.auth.IstioCertificateService";
  private static final int CSR = 1;
  private static final int VALIDITY_SECONDS = 3;
  private static final int CERT_CHAIN = 1;
  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);
  private static final String BEARER = "Bearer ";
  private static final Context.Key<Caller> CALLER = Context.key("caller");

  /** Who calls, as far as the connection and the headers say. */
  private record Caller(
      @Nullable SSLSession session,
      @Nullable String authorization,
      String address,
      AtomicBoolean audited) {}

  private static final MethodDescriptor<byte[], List<String>> CREATE =
      MethodDescriptor.<byte[], List<String>>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, "CreateCertificate"))
          .setRequestMarshaller(new RequestForm())
          .setResponseMarshaller(new ChainForm())
          .build();

  private final CertificateAuthority authority;
  private final String trustDomain;
  private final List<JwtRule> rules;
  private final Audit audit;

  /**
   * @param rules tokens that one of them believes are good
   */
  SigningService(
      CertificateAuthority authority, String trustDomain, List<JwtRule> rules, Audit audit) {
    this.authority = authority;
    this.trustDomain = trustDomain;
    this.rules = List.copyOf(rules);
    this.audit = audit;
  }

  ServerServiceDefinition definition() {
    ServerServiceDefinition plain =
        ServerServiceDefinition.builder(NAME)
            .addMethod(CREATE, ServerCalls.asyncUnaryCall(this::create))
            .build();
    return ServerInterceptors.intercept(plain, this::remember);
  }

  private <Q, R> ServerCall.Listener<Q> remember(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    Caller caller =
        new Caller(
            call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION),
            headers.get(AUTHORIZATION),
            String.valueOf(address),
            new AtomicBoolean());
    // What gRPC itself finds wrong with a call is a refusal too.
    ServerCall<Q, R> closing =
        new SimpleForwardingServerCall<>(call) {
          @Override
          public void close(Status status, Metadata trailers) {
            if (!status.isOk()) {
              refused(null, caller, String.valueOf(status.getDescription()));
            }
            super.close(status, trailers);
          }
        };
    return new SimpleForwardingServerCallListener<>(
        Contexts.interceptCall(
            Context.current().withValue(CALLER, caller), closing, headers, next)) {
      @Override
      public void onCancel() {
        refused(null, caller, "the request was too large or broken off");
        super.onCancel();
      }
    };
  }

  private void create(byte[] message, StreamObserver<List<String>> answer) {
    Caller caller = CALLER.get();
    SpiffeId id = null;
    try {
      id = authenticate(caller);
      Request request = Request.parse(message);
      List<X509Certificate> chain =
          authority.issue(request.csr(), id, Duration.ofSeconds(request.seconds()));
      caller.audited().set(true);
      audit.issued(id, caller.address(), chain.get(0).getNotAfter().toInstant());
      answer.onNext(chain.stream().map(CaMaterial::pem).toList());
      answer.onCompleted();
    } catch (Refusal e) {
      refused(id, caller, String.valueOf(e.getMessage()));
      answer.onError(status(e.kind()).withDescription(e.getMessage()).asRuntimeException());
    } catch (RuntimeException e) {
      refused(id, caller, "it could not be signed: " + e);
      answer.onError(Status.INTERNAL.withDescription("not signed").asRuntimeException());
    }
  }

  /** Says it once, and not of a certificate that was issued. */
  private void refused(@Nullable SpiffeId id, Caller caller, String why) {
    if (caller.audited().compareAndSet(false, true)) {
      audit.refused(id, caller.address(), why);
    }
  }

  private static Status status(Kind kind) {
    return switch (kind) {
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
      case INVALID -> Status.INVALID_ARGUMENT;
      case UNABLE -> Status.FAILED_PRECONDITION;
    };
  }

  private SpiffeId authenticate(Caller caller) throws Refusal {
    X509Certificate shown = shown(caller.session());
    SpiffeId certified = shown == null ? null : Identity.spiffeId(shown);
    if (certified != null && certified.trustDomain().equals(trustDomain)) {
      return certified;
    }
    String authorization = caller.authorization();
    if (authorization == null || !authorization.startsWith(BEARER)) {
      throw new Refusal(
          Kind.UNAUTHENTICATED,
          shown == null
              ? "neither a client certificate nor a bearer token was sent"
              : "the client certificate "
                  + (certified == null
                      ? "names no SPIFFE id"
                      : "is that of " + certified + ", not of the trust domain " + trustDomain)
                  + ", and no bearer token was sent");
    }
    if (rules.isEmpty()) {
      throw new Refusal(
          Kind.UNAUTHENTICATED,
          "no token is believed here: the control plane runs without --jwt-rule and --tokens");
    }
    Refusal last = null;
    for (JwtRule rule : rules) {
      try {
        return rule.caller(authorization.substring(BEARER.length()).strip(), trustDomain);
      } catch (Refusal e) {
        last = e;
      }
    }
    throw last;
  }

  /** The client's certificate, whose chain the handshake has checked; null without one. */
  private static @Nullable X509Certificate shown(@Nullable SSLSession session) {
    if (session == null) {
      return null;
    }
    try {
      return session.getPeerCertificates()[0] instanceof X509Certificate own ? own : null;
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  private record Request(String csr, long seconds) {
    static Request parse(byte[] message) throws Refusal {
      String csr = "";
      long seconds = 0;
      try {
        CodedInputStream in = CodedInputStream.newInstance(message);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          switch (tag >>> 3) {
            case CSR -> csr = in.readStringRequireUtf8();
            case VALIDITY_SECONDS -> seconds = in.readInt64();
            default -> in.skipField(tag);
          }
        }
      } catch (IOException e) {
        throw new Refusal(
            Kind.INVALID, "the message is no IstioCertificateRequest: " + e.getMessage());
      }
      return new Request(csr, seconds);
    }
  }

  /** Bytes, as they come: what is wrong with them is answered and audited like all else. */
  private static final class RequestForm implements MethodDescriptor.Marshaller<byte[]> {
    @Override
    public InputStream stream(byte[] value) {
      throw new UnsupportedOperationException("only servers are here");
    }

    @Override
    public byte[] parse(InputStream stream) {
      try {
        return stream.readAllBytes();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private static final class ChainForm implements MethodDescriptor.Marshaller<List<String>> {
    @Override
    public InputStream stream(List<String> value) {
      try {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        CodedOutputStream out = CodedOutputStream.newInstance(bytes);
        for (String pem : value) {
          out.writeString(CERT_CHAIN, pem);
        }
        out.flush();
        return new ByteArrayInputStream(bytes.toByteArray());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public List<String> parse(InputStream stream) {
      throw new UnsupportedOperationException("only servers are here");
    }
  }
}
