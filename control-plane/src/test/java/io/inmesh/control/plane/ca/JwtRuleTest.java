package io.inmesh.control.plane.ca;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.MACSigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.PlainJWT;
import com.nimbusds.jwt.SignedJWT;
import com.sun.net.httpserver.HttpServer;
import io.inmesh.tls.SpiffeId;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Whose tokens are believed: {@code --jwt-rule} in Istio's form. */
class JwtRuleTest {
  private static final String ISSUER = "https://kubernetes.default.svc";
  private static final String CART = "system:serviceaccount:shop:cart";
  private static final String BY_URI =
      "{\"issuer\": \"" + ISSUER + "\", \"audiences\": [\"istio-ca\"], \"jwks_uri\": \"%s\"}";

  private static RSAKey key;
  private static RSAKey stranger;

  @BeforeAll
  static void makeKeys() throws Exception {
    key = new RSAKeyGenerator(2048).keyID("one").generate();
    stranger = new RSAKeyGenerator(2048).keyID("one").generate();
  }

  private static JWTClaimsSet claims(
      String issuer, String audience, String subject, long secondsLeft) {
    return new JWTClaimsSet.Builder()
        .issuer(issuer)
        .audience(audience)
        .subject(subject)
        .expirationTime(Date.from(Instant.now().plusSeconds(secondsLeft)))
        .build();
  }

  private static String token(RSAKey by, JWTClaimsSet claims) throws Exception {
    SignedJWT token =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.RS256).keyID("one").build(), claims);
    token.sign(new RSASSASigner(by));
    return token.serialize();
  }

  private static JwtRule rule() {
    String keys = new JWKSet(key.toPublicJWK()).toString().replace("\"", "\\\"");
    return JwtRule.parse(
        "{\"issuer\": \""
            + ISSUER
            + "\", \"audiences\": [\"other\", \"istio-ca\"], \"jwks\": \""
            + keys
            + "\"}");
  }

  @Test
  void aTokenOfTheIssuerTellsTheAccount() throws Exception {
    String token = token(key, claims(ISSUER, "istio-ca", CART, 60));
    assertThat(rule().caller(token, "cluster.local"))
        .isEqualTo(SpiffeId.of("cluster.local", "shop", "cart"));
  }

  @ParameterizedTest
  @CsvSource({
    "https://elsewhere, istio-ca, system:serviceaccount:shop:cart, 60",
    "https://kubernetes.default.svc, api, system:serviceaccount:shop:cart, 60",
    "https://kubernetes.default.svc, istio-ca, system:serviceaccount:shop:cart, -120",
    "https://kubernetes.default.svc, istio-ca, system:node:one, 60",
    "https://kubernetes.default.svc, istio-ca, system:serviceaccount:shop, 60"
  })
  void anotherIssuerAudienceTimeOrSubjectIsRefused(
      String issuer, String audience, String subject, long secondsLeft) throws Exception {
    String token = token(key, claims(issuer, audience, subject, secondsLeft));
    assertThatThrownBy(() -> rule().caller(token, "cluster.local"))
        .isInstanceOfSatisfying(
            Refusal.class,
            refusal -> assertThat(refusal.kind()).isEqualTo(Refusal.Kind.UNAUTHENTICATED));
  }

  @Test
  void whatTheIssuersKeyDidNotSignIsRefused() throws Exception {
    JWTClaimsSet good = claims(ISSUER, "istio-ca", CART, 60);
    SignedJWT symmetric =
        new SignedJWT(new JWSHeader.Builder(JWSAlgorithm.HS256).keyID("one").build(), good);
    symmetric.sign(new MACSigner(key.toPublicJWK().toString().getBytes(StandardCharsets.UTF_8)));
    for (String token :
        List.of(
            token(stranger, good),
            new PlainJWT(good).serialize(),
            symmetric.serialize(),
            "no.token.atall",
            "")) {
      assertThatThrownBy(() -> rule().caller(token, "cluster.local")).isInstanceOf(Refusal.class);
    }
  }

  @Test
  void keysMayStandElsewhere() throws Exception {
    HttpServer keys =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    byte[] body = new JWKSet(key.toPublicJWK()).toString().getBytes(StandardCharsets.UTF_8);
    keys.createContext(
        "/keys",
        exchange -> {
          exchange.sendResponseHeaders(200, body.length);
          exchange.getResponseBody().write(body);
          exchange.close();
        });
    keys.start();
    try {
      String uri = "http://127.0.0.1:" + keys.getAddress().getPort() + "/keys";
      JwtRule rule = JwtRule.parse(BY_URI.formatted(uri));
      String token = token(key, claims(ISSUER, "istio-ca", CART, 60));
      assertThat(rule.caller(token, "cluster.local").toString()).endsWith("/ns/shop/sa/cart");
    } finally {
      keys.stop(0);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{} | issuer is missing",
        "{\"issuer\": \"i\", \"jwks_uri\": \"http://k\"} | audiences is missing",
        "{\"issuer\": \"i\", \"audiences\": [\"a\"]} | jwks_uri is missing",
        "{\"issuer\": \"i\", \"audiences\": [\"a\"], \"jwks\": \"x\"} | --jwt-rule",
        "no JSON | --jwt-rule"
      })
  void aRuleThatMakesNoSenseIsRefused(String json, String why) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> JwtRule.parse(json))
        .withMessageContaining(why);
  }
}
