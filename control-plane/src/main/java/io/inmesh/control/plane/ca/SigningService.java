package io.inmesh.control.plane.ca;

import com.google.protobuf.CodedInputStream;
import com.google.protobuf.CodedOutputStream;
import io.grpc.Context;
import io.grpc.Contexts;
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
import java.security.cert.Certificate;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * {@code istio.v1.auth.IstioCertificateService}. Who asks is known by the client's certificate, or
 * by its bearer token; what the request says of itself is not believed. Each answer is a line in
 * the log. Thread-safe.
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

  /** A request on the wire. */
  record Request(String csr, long seconds) {}

  /** Who calls, as far as the connection and the headers say. */
  private record Caller(
      @Nullable SSLSession session, @Nullable String authorization, String address) {}

  /** The method. */
  static final MethodDescriptor<Request, List<String>> CREATE =
      MethodDescriptor.<Request, List<String>>newBuilder()
          .setType(MethodType.UNARY)
          .setFullMethodName(MethodDescriptor.generateFullMethodName(NAME, "CreateCertificate"))
          .setRequestMarshaller(new RequestForm())
          .setResponseMarshaller(new ChainForm())
          .build();

  private final CertificateAuthority authority;
  private final String trustDomain;
  private final List<JwtRule> rules;
  private final Consumer<String> log;

  /**
   * @param rules tokens that one of them believes are good
   */
  SigningService(
      CertificateAuthority authority,
      String trustDomain,
      List<JwtRule> rules,
      Consumer<String> log) {
    this.authority = authority;
    this.trustDomain = trustDomain;
    this.rules = List.copyOf(rules);
    this.log = log;
  }

  ServerServiceDefinition definition() {
    ServerServiceDefinition plain =
        ServerServiceDefinition.builder(NAME)
            .addMethod(CREATE, ServerCalls.asyncUnaryCall(this::create))
            .build();
    return ServerInterceptors.intercept(plain, SigningService::remember);
  }

  private static <Q, R> ServerCall.Listener<Q> remember(
      ServerCall<Q, R> call, Metadata headers, ServerCallHandler<Q, R> next) {
    SocketAddress address = call.getAttributes().get(Grpc.TRANSPORT_ATTR_REMOTE_ADDR);
    Caller caller =
        new Caller(
            call.getAttributes().get(Grpc.TRANSPORT_ATTR_SSL_SESSION),
            headers.get(AUTHORIZATION),
            String.valueOf(address));
    return Contexts.interceptCall(Context.current().withValue(CALLER, caller), call, headers, next);
  }

  private void create(Request request, StreamObserver<List<String>> answer) {
    Caller caller = CALLER.get();
    SpiffeId id = null;
    try {
      id = authenticate(caller);
      List<X509Certificate> chain =
          authority.issue(request.csr(), id, Duration.ofSeconds(request.seconds()));
      log.accept(
          "certificate for "
              + id
              + " to "
              + caller.address()
              + " until "
              + chain.get(0).getNotAfter().toInstant());
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

  private void refused(@Nullable SpiffeId id, Caller caller, String why) {
    log.accept(
        "certificate refused"
            + (id == null ? "" : " for " + id)
            + " to "
            + caller.address()
            + ": "
            + why);
  }

  private static Status status(Kind kind) {
    return switch (kind) {
      case UNAUTHENTICATED -> Status.UNAUTHENTICATED;
      case INVALID -> Status.INVALID_ARGUMENT;
      case UNABLE -> Status.FAILED_PRECONDITION;
    };
  }

  private SpiffeId authenticate(Caller caller) throws Refusal {
    SpiffeId certified = certified(caller.session());
    if (certified != null) {
      return certified;
    }
    String authorization = caller.authorization();
    if (authorization == null || !authorization.startsWith(BEARER)) {
      throw new Refusal(
          Kind.UNAUTHENTICATED, "neither a client certificate nor a bearer token was sent");
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

  /** The id of a client certificate, whose chain the handshake has checked; null without one. */
  private @Nullable SpiffeId certified(@Nullable SSLSession session) {
    if (session == null) {
      return null;
    }
    try {
      Certificate[] peer = session.getPeerCertificates();
      SpiffeId id = peer[0] instanceof X509Certificate own ? Identity.spiffeId(own) : null;
      return id != null && id.trustDomain().equals(trustDomain) ? id : null;
    } catch (SSLPeerUnverifiedException e) {
      return null;
    }
  }

  private static final class RequestForm implements MethodDescriptor.Marshaller<Request> {
    @Override
    public InputStream stream(Request value) {
      return bytes(
          out -> {
            out.writeString(CSR, value.csr());
            out.writeInt64(VALIDITY_SECONDS, value.seconds());
          });
    }

    @Override
    public Request parse(InputStream stream) {
      String csr = "";
      long seconds = 0;
      try {
        CodedInputStream in = CodedInputStream.newInstance(stream);
        for (int tag = in.readTag(); tag != 0; tag = in.readTag()) {
          switch (tag >>> 3) {
            case CSR -> csr = in.readStringRequireUtf8();
            case VALIDITY_SECONDS -> seconds = in.readInt64();
            default -> in.skipField(tag);
          }
        }
      } catch (IOException e) {
        throw Status.INVALID_ARGUMENT.withDescription(e.getMessage()).asRuntimeException();
      }
      return new Request(csr, seconds);
    }
  }

  private static final class ChainForm implements MethodDescriptor.Marshaller<List<String>> {
    @Override
    public InputStream stream(List<String> value) {
      return bytes(
          out -> {
            for (String pem : value) {
              out.writeString(CERT_CHAIN, pem);
            }
          });
    }

    @Override
    public List<String> parse(InputStream stream) {
      throw new UnsupportedOperationException("only servers are here");
    }
  }

  private interface Writing {
    void to(CodedOutputStream out) throws IOException;
  }

  private static InputStream bytes(Writing writing) {
    try {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      CodedOutputStream out = CodedOutputStream.newInstance(bytes);
      writing.to(out);
      out.flush();
      return new ByteArrayInputStream(bytes.toByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
