using System.Collections.Immutable;
using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>The server's side of TLS for one listener: a context (SSL_CTX) for each certificate, shared by all loops.
/// </summary>
/// <remarks>
/// A connection begins in the context of the first certificate, which holds sessions and ticket keys; the client's
/// hello moves it to another one. Must outlive its connections.
/// </remarks>
public sealed unsafe partial class TlsServer : IDisposable
{
    private readonly List<Entry> _entries = [];
    private readonly List<Entry> _retired = [];
    private readonly TlsServerOptions _options;
    private TlsNames _names = new();
    private GCHandle _self;

    private TlsServer(TlsServerOptions options)
    {
        _options = options;
        _self = GCHandle.Alloc(this, GCHandleType.Weak);
    }

    /// <summary>How many certificates there are.</summary>
    public int CertificateCount => _entries.Count;

    /// <summary>The most bytes of a client's hello that expressions see; 0: none is kept.</summary>
    public int CaptureSize => _options.CaptureSize;

    /// <summary>The context in which connections begin.</summary>
    internal void* First => _entries[0].Context;

    /// <summary>Makes the contexts.</summary>
    /// <param name="options">Certificates and settings.</param>
    /// <param name="problems">What is wrong, in the words of haproxy; empty when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static TlsServer? TryCreate(TlsServerOptions options, out ImmutableArray<string> problems)
    {
        ArgumentNullException.ThrowIfNull(options);
        ImmutableArray<string>.Builder found = ImmutableArray.CreateBuilder<string>();
        if (!LibSsl.IsAvailable)
        {
            problems = [$"{LibSsl.Library} is not installed (package libssl3)"];
            return null;
        }
        TlsServer server = new(options);
        foreach (TlsCertificate certificate in options.Certificates)
        {
            if (server.Add(certificate) is { } problem)
            {
                found.Add(problem);
            }
        }
        if (found.Count == 0 && server._entries.Count == 0)
        {
            found.Add("no SSL certificate specified");
        }
        problems = found.ToImmutable();
        if (problems.IsEmpty)
        {
            server.SetTicketKeys(options.TicketKeys);
            return server;
        }
        server.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (Entry entry in (Entry[])[.. _entries, .. _retired])
        {
            entry.Free();
        }
        _entries.Clear();
        _retired.Clear();
        FreeTicketKeys();
        if (_self.IsAllocated)
        {
            _self.Free();
        }
    }

    private string? Add(TlsCertificate certificate)
    {
        if (Make(certificate, null, out Entry? entry) is { } problem)
        {
            entry?.Free();
            return problem;
        }
        _entries.Add(entry!);
        AddNames(_entries.Count - 1);
        return null;
    }

    private void AddNames(int number)
    {
        Entry entry = _entries[number];
        if (_options.Choice is not null)
        {
            return;
        }
        TlsCertificateFacts facts = TlsCertificateFacts.Read(entry.Context);
        _names.Add(number, facts.Kind, entry.Filters.IsEmpty ? facts.Names : entry.Filters);
    }

    /// <summary>Makes a context.</summary>
    /// <param name="certificate">Its certificate.</param>
    /// <param name="old">The one whose place it takes, authorities and all; null: none.</param>
    /// <param name="entry">The context; to be freed after a problem.</param>
    /// <returns>What is wrong; null: nothing.</returns>
    private string? Make(TlsCertificate certificate, Entry? old, out Entry? entry)
    {
        TlsProfile profile = certificate.Profile;
        LibSsl.ERR_clear_error();
        entry = null;
        void* context = LibSsl.SSL_CTX_new(LibSsl.TLS_server_method());
        if (context is null)
        {
            return $"unable to allocate SSL context: {TlsSettings.Reason()}";
        }
        entry = new(context, certificate);
        string? problem = TlsSettings.Apply(context, profile, isServer: true)
            ?? TlsCertificateSettings.Set(context, certificate)
            ?? (old is null ? TlsSettings.SetVerify(context, profile, isServer: true) : entry.ShareVerify(old))
            ?? TlsSettings.SetDh(
                context, old is null ? profile.DhParameters : null, certificate.Certificate, _options.DhBits)
            ?? entry.SetExtras(certificate);
        if (problem is not null)
        {
            return problem;
        }
        if (_options.CaptureSize > 0)
        {
            TlsCapture.KeepHellos(context);
        }
        if (_options.KeepsSecrets)
        {
            TlsCapture.KeepSecrets(context);
        }
        if (_options.Choice is null)
        {
            TlsSettings.SetSessionContext(context);
        }
        else
        {
            TlsSettings.SetSessionContext(context, certificate, _options.Certificates.IndexOf(certificate));
        }
        SetSessions(context, _options);
        LibSsl.SSL_CTX_set_verify(context, ModeOf(profile.Verify), &TlsVerification.OnVerify);
        LibSsl.SSL_CTX_set_client_hello_cb(context, &OnClientHello, (void*)GCHandle.ToIntPtr(_self));
        // That there is one makes the library tell clients that their name was heard.
        _ = LibSsl.SSL_CTX_callback_ctrl(context, LibSsl.SSL_CTRL_SET_TLSEXT_SERVERNAME_CB,
            (delegate* unmanaged<void*, int*, void*, int>)&OnServerName);
        return null;
    }

    private static void SetSessions(void* context, TlsServerOptions options)
    {
        // The size bounds the cache; to look for old sessions time and again would take a walk through all of them.
        int mode = options.CacheSize > 0
            ? LibSsl.SSL_SESS_CACHE_SERVER | LibSsl.SSL_SESS_CACHE_NO_AUTO_CLEAR : LibSsl.SSL_SESS_CACHE_OFF;
        _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_SESS_CACHE_MODE, mode, null);
        _ = LibSsl.SSL_CTX_ctrl(context, LibSsl.SSL_CTRL_SET_SESS_CACHE_SIZE, options.CacheSize, null);
        _ = LibSsl.SSL_CTX_set_timeout(context, options.LifetimeSeconds);
    }

    private static int ModeOf(TlsPeerVerify verify) => verify switch
    {
        TlsPeerVerify.Required => LibSsl.SSL_VERIFY_PEER | LibSsl.SSL_VERIFY_FAIL_IF_NO_PEER_CERT,
        TlsPeerVerify.Optional => LibSsl.SSL_VERIFY_PEER,
        _ => LibSsl.SSL_VERIFY_NONE,
    };
}
