/**
 * {@code java.net.http.HttpClient}. One hop (first request, redirect, auth replay) is one {@code
 * Exchange} of the library; its {@code responseAsync} is where the mesh routes and retries, below
 * redirects, cookies and authentication.
 */
@NullMarked
package io.inmesh.instrumentation.jdkhttpclient;

import org.jspecify.annotations.NullMarked;
