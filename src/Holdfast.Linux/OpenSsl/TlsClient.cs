using System.Runtime.InteropServices;

namespace Holdfast.Linux.OpenSsl;

/// <summary>How a server is spoken to over TLS.</summary>
public sealed record TlsClientSettings
{
    /// <summary>Versions, ciphers, protocols, authorities. What is demanded: none, or required.</summary>
    public TlsProfile Profile { get; init; } = new();

    /// <summary>Whether the system's authorities are trusted, too.</summary>
    public bool TrustsSystem { get; init; }

    /// <summary>Name that the server's certificate must hold; null: the one that it is asked for, if any.</summary>
    public string? VerifyHost { get; init; }

    /// <summary>Own certificate; null: none.</summary>
    public TlsCertificate? Certificate { get; init; }

    /// <summary>Whether sessions are resumed. Default: yes.</summary>
    public bool ReusesSessions { get; init; } = true;
}

/// <summary>The client's side of TLS towards one server: a context (SSL_CTX) that all loops share.</summary>
/// <remarks>The last session is kept for each loop, and resumed when the same name is asked for.</remarks>
public sealed unsafe class TlsClient : IDisposable
{
    private readonly nint[] _sessions;
    private void* _context;

    private TlsClient(TlsClientSettings settings, int loops)
    {
        Settings = settings;
        _sessions = new nint[loops];
    }

    /// <summary>How the server is spoken to.</summary>
    public TlsClientSettings Settings { get; }

    internal void* Context => _context;

    /// <summary>Makes the context.</summary>
    /// <param name="settings">How the server is spoken to.</param>
    /// <param name="loops">How many event loops use it.</param>
    /// <param name="problem">What is wrong; null when nothing is.</param>
    /// <returns>Null when something is wrong.</returns>
    public static TlsClient? TryCreate(TlsClientSettings settings, int loops, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(settings);
        if (!LibSsl.IsAvailable)
        {
            problem = $"{LibSsl.Library} is not installed (package libssl3)";
            return null;
        }
        LibSsl.ERR_clear_error();
        TlsClient client = new(settings, loops) { _context = LibSsl.SSL_CTX_new(LibSsl.TLS_client_method()) };
        problem = client.Set();
        if (problem is null)
        {
            return client;
        }
        client.Dispose();
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        for (int i = 0; i < _sessions.Length; i++)
        {
            if (_sessions[i] != 0)
            {
                LibSsl.SSL_SESSION_free(((Slot*)_sessions[i])->Session);
                NativeMemory.Free((void*)_sessions[i]);
                _sessions[i] = 0;
            }
        }
        if (_context is not null)
        {
            LibSsl.SSL_CTX_free(_context);
            _context = null;
        }
    }

    /// <summary>Resumes the last session of the loop, if it was with the same name.</summary>
    internal void Resume(void* ssl, int loop, ReadOnlySpan<byte> name)
    {
        if (!Settings.ReusesSessions)
        {
            return;
        }
        if (_sessions[loop] == 0)
        {
            _sessions[loop] = (nint)NativeMemory.AllocZeroed((nuint)sizeof(Slot));
        }
        var slot = (Slot*)_sessions[loop];
        _ = LibSsl.SSL_set_ex_data(ssl, SlotIndex.Value, slot);
        int length = Math.Min(name.Length, TlsNames.NameMax);
        Span<byte> known = new(slot->Name, slot->NameLength);
        if (slot->Session is not null && known.SequenceEqual(name))
        {
            _ = LibSsl.SSL_set_session(ssl, slot->Session);
            return;
        }
        Forget(slot);
        name[..length].CopyTo(new Span<byte>(slot->Name, TlsNames.NameMax));
        slot->NameLength = length;
    }

    /// <summary>A handshake has failed: perhaps because of its session, which is not resumed any more.</summary>
    /// <param name="loop">Number of the event loop.</param>
    public void Forget(int loop)
    {
        if (_sessions[loop] != 0)
        {
            Forget((Slot*)_sessions[loop]);
        }
    }

    private string? Set()
    {
        TlsProfile profile = Settings.Profile;
        string? problem = TlsSettings.Apply(_context, profile, isServer: false)
            ?? TlsSettings.SetVerify(_context, profile, isServer: false)
            ?? (Settings.Certificate is { } own
                ? TlsCertificateSettings.Set(_context, own.Certificate, own.Key, profile) : null)
            ?? (Settings.TrustsSystem && LibSsl.SSL_CTX_set_default_verify_paths(_context) != 1
                ? "unable to load the system's CA certificates" : null);
        if (problem is not null)
        {
            return problem;
        }
        LibSsl.SSL_CTX_set_verify(_context, profile.Verify == TlsPeerVerify.None
            ? LibSsl.SSL_VERIFY_NONE : LibSsl.SSL_VERIFY_PEER, &TlsVerification.OnVerify);
        if (!profile.Alpn.IsEmpty)
        {
            byte* protocols = TlsProtocols.ToWire(profile.Alpn);
            _ = LibSsl.SSL_CTX_set_alpn_protos(_context, protocols + sizeof(int), (uint)*(int*)protocols);
            NativeMemory.Free(protocols);
        }
        if (Settings.ReusesSessions)
        {
            _ = LibSsl.SSL_CTX_ctrl(_context, LibSsl.SSL_CTRL_SET_SESS_CACHE_MODE,
                LibSsl.SSL_SESS_CACHE_CLIENT | LibSsl.SSL_SESS_CACHE_NO_INTERNAL, null);
            LibSsl.SSL_CTX_sess_set_new_cb(_context, &OnSession);
        }
        return null;
    }

    /// <returns>Whether the session is ours now.</returns>
    [UnmanagedCallersOnly]
    private static int OnSession(void* ssl, void* session)
    {
        var slot = (Slot*)LibSsl.SSL_get_ex_data(ssl, SlotIndex.Value);
        if (slot is null)
        {
            return 0;
        }
        Forget(slot);
        slot->Session = session;
        return 1;
    }

    private static void Forget(Slot* slot)
    {
        LibSsl.SSL_SESSION_free(slot->Session);
        slot->Session = null;
    }

    /// <summary>Made when there is a context, and so the library.</summary>
    private static class SlotIndex
    {
        internal static readonly int Value
            = LibSsl.CRYPTO_get_ex_new_index(LibSsl.CRYPTO_EX_INDEX_SSL, 0, null, null, null, null);
    }

    private struct Slot
    {
        internal void* Session;
        internal int NameLength;
        internal fixed byte Name[TlsNames.NameMax];
    }
}
