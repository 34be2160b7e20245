using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>One certificate's context, and what the library calls back for.</summary>
public sealed unsafe partial class TlsServer
{
    private const uint TimestampExtension = 18;

    private sealed class Entry(void* context, TlsCertificate certificate)
    {
        private readonly void* _context = context;
        private byte* _protocols;
        private Blob* _ocsp;
        private Blob* _timestamps;

        internal void* Context => _context;

        internal TlsProfile Profile { get; } = certificate.Profile;

        /// <summary>The file that its certificate stands in.</summary>
        internal string Path { get; } = certificate.Certificate.Path;

        /// <summary>Whether its clients are refused.</summary>
        internal bool IsRefused { get; } = certificate.IsRefused;

        /// <summary>Names that were given for it.</summary>
        internal System.Collections.Immutable.ImmutableArray<string> Filters { get; } = certificate.Filters;

        /// <summary>Takes over the authorities of another one.</summary>
        internal string? ShareVerify(Entry old)
        {
            LibSsl.SSL_CTX_set1_cert_store(_context, LibSsl.SSL_CTX_get_cert_store(old._context));
            LibSsl.SSL_CTX_set_client_CA_list(
                _context, LibSsl.SSL_dup_CA_list(LibSsl.SSL_CTX_get_client_CA_list(old._context)));
            return null;
        }

        internal string? SetExtras(TlsCertificate certificate)
        {
            TlsVerification.SetIgnored(
                _context, Profile.IgnoredAuthorityErrors, Profile.IgnoredCertificateErrors);
            if (!Profile.Alpn.IsEmpty)
            {
                _protocols = TlsProtocols.ToWire(Profile.Alpn);
                LibSsl.SSL_CTX_set_alpn_select_cb(
                    _context, Profile.IsAlpnRequired ? &OnProtocolsOrRefuse : &OnProtocols, _protocols);
            }
            if (certificate.OcspResponse is { } response)
            {
                if (!OcspResponse.TryRead(response.Bytes, out long until))
                {
                    return $"'{response.Path}' is present and activates OCSP but it is not possible to compute the "
                        + "OCSP certificate ID (maybe the issuer could not be found)";
                }
                _ocsp = Blob.Make(response.Bytes);
                _ocsp->Until = until;
                _ = LibSsl.SSL_CTX_callback_ctrl(_context, LibSsl.SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB,
                    (delegate* unmanaged<void*, void*, int>)&OnStatus);
                _ = LibSsl.SSL_CTX_ctrl(_context, LibSsl.SSL_CTRL_SET_TLSEXT_STATUS_REQ_CB_ARG, 0, _ocsp);
            }
            if (certificate.Timestamps is { } timestamps)
            {
                _timestamps = Blob.Make(timestamps.Bytes);
                _ = LibSsl.SSL_CTX_add_server_custom_ext(
                    _context, TimestampExtension, &OnAddExtension, null, _timestamps, &OnParseExtension, null);
            }
            return null;
        }

        /// <summary>Moves a connection here.</summary>
        internal void Take(void* ssl, TlsProfile from)
        {
            _ = LibSsl.SSL_set_SSL_CTX(ssl, _context);
            if (ReferenceEquals(from, Profile))
            {
                return;
            }
            LibSsl.SSL_set_verify(ssl, ModeOf(Profile.Verify), &TlsVerification.OnVerify);
            LibSsl.SSL_set_client_CA_list(
                ssl, LibSsl.SSL_dup_CA_list(LibSsl.SSL_CTX_get_client_CA_list(_context)));
            _ = LibSsl.SSL_ctrl(
                ssl, LibSsl.SSL_CTRL_SET_MIN_PROTO_VERSION, (int)Profile.MinimumVersion, null);
            _ = LibSsl.SSL_ctrl(
                ssl, LibSsl.SSL_CTRL_SET_MAX_PROTO_VERSION, (int)Profile.MaximumVersion, null);
        }

        /// <summary>Tickets, the order of ciphers, versions in between, depth of chains.</summary>
        internal void TakeOptions(void* ssl)
        {
            ulong wanted = LibSsl.SSL_CTX_get_options(_context);
            _ = LibSsl.SSL_clear_options(ssl, ~wanted);
            _ = LibSsl.SSL_set_options(ssl, wanted);
            if (Profile.VerifyDepth >= 0)
            {
                LibSsl.SSL_set_verify_depth(ssl, Profile.VerifyDepth);
            }
        }

        internal void Free()
        {
            LibSsl.SSL_CTX_free(_context);
            NativeMemory.Free(_protocols);
            NativeMemory.Free(_ocsp);
            NativeMemory.Free(_timestamps);
            _protocols = null;
            _ocsp = null;
            _timestamps = null;
        }
    }

    /// <summary>Bytes outside the collected heap, behind their length.</summary>
    private struct Blob
    {
        internal int Length;

        /// <summary>A stapled response is sent until then, in seconds since 1970.</summary>
        internal long Until;

        internal static Blob* Make(byte[] bytes)
        {
            var blob = (Blob*)NativeMemory.Alloc((nuint)(bytes.Length + sizeof(Blob)));
            blob->Length = bytes.Length;
            bytes.CopyTo(new Span<byte>(blob + 1, bytes.Length));
            return blob;
        }
    }

    [UnmanagedCallersOnly]
    private static int OnProtocols(
        void* ssl, byte** chosen, byte* chosenCount, byte* offered, uint offeredCount, void* argument)
        => HasChosen(chosen, chosenCount, offered, offeredCount, argument)
            ? LibSsl.SSL_TLSEXT_ERR_OK : LibSsl.SSL_TLSEXT_ERR_NOACK;

    [UnmanagedCallersOnly]
    private static int OnProtocolsOrRefuse(
        void* ssl, byte** chosen, byte* chosenCount, byte* offered, uint offeredCount, void* argument)
        => HasChosen(chosen, chosenCount, offered, offeredCount, argument)
            ? LibSsl.SSL_TLSEXT_ERR_OK : LibSsl.SSL_TLSEXT_ERR_ALERT_FATAL;

    private static bool HasChosen(
        byte** chosen, byte* chosenCount, byte* offered, uint offeredCount, void* argument)
        => LibSsl.SSL_select_next_proto(chosen, chosenCount, (byte*)argument + sizeof(int), (uint)*(int*)argument,
            offered, offeredCount) == LibSsl.OPENSSL_NPN_NEGOTIATED;

    [UnmanagedCallersOnly]
    private static int OnStatus(void* ssl, void* argument)
    {
        var blob = (Blob*)argument;
        if (blob->Until < MonotonicClock.RealtimeNanoseconds / 1_000_000_000)
        {
            return LibSsl.SSL_TLSEXT_ERR_NOACK; // who gets one that has run out may refuse the certificate
        }
        // The library frees it with the connection.
        void* copy = LibSsl.CRYPTO_malloc((nuint)blob->Length, "", 0);
        if (copy is null)
        {
            return LibSsl.SSL_TLSEXT_ERR_NOACK;
        }
        NativeMemory.Copy(blob + 1, copy, (nuint)blob->Length);
        _ = LibSsl.SSL_ctrl(ssl, LibSsl.SSL_CTRL_SET_TLSEXT_STATUS_REQ_OCSP_RESP, blob->Length, copy);
        return LibSsl.SSL_TLSEXT_ERR_OK;
    }

    [UnmanagedCallersOnly]
    private static int OnAddExtension(
        void* ssl, uint type, byte** bytes, nuint* count, int* alert, void* argument)
    {
        var blob = (Blob*)argument;
        *bytes = (byte*)(blob + 1);
        *count = (nuint)blob->Length;
        return 1;
    }

    [UnmanagedCallersOnly]
    private static int OnParseExtension(
        void* ssl, uint type, byte* bytes, nuint count, int* alert, void* argument) => 1;
}
