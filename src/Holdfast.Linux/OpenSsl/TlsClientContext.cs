using System.Text;

namespace Holdfast.Linux.OpenSsl;

/// <summary>Whom a TLS client trusts, and what it shows of itself.</summary>
/// <param name="CaFile">Certificates of the authorities, PEM; null: servers are not verified.</param>
/// <param name="CertificateFile">Own certificate with its chain, PEM; null: none.</param>
/// <param name="KeyFile">Its key, PEM; null: none.</param>
/// <param name="Password">Password of the key; null: none.</param>
public sealed record TlsClientOptions(string? CaFile, string? CertificateFile, string? KeyFile, string? Password);

/// <summary>What all TLS connections of a client have in common (SSL_CTX).</summary>
public sealed unsafe class TlsClientContext : IDisposable
{
    private readonly byte[]? _password;
    private System.Runtime.InteropServices.GCHandle _pinned;

    private TlsClientContext(void* handle, bool verifies, string? password)
    {
        Handle = handle;
        Verifies = verifies;
        if (password is not null)
        {
            _password = Utf8Strings.Terminated(password);
            _pinned = System.Runtime.InteropServices.GCHandle.Alloc(
                _password, System.Runtime.InteropServices.GCHandleType.Pinned);
            LibSsl.SSL_CTX_set_default_passwd_cb_userdata(handle, (void*)_pinned.AddrOfPinnedObject());
        }
    }

    /// <summary>Whether certificates of servers have to be valid.</summary>
    public bool Verifies { get; }

    internal void* Handle { get; private set; }

    /// <summary>Makes a context.</summary>
    /// <param name="options">Whom it trusts, and what it shows.</param>
    /// <param name="problem">What is wrong; null when nothing is.</param>
    /// <returns>Null when a file cannot be used, or the library is not there.</returns>
    public static TlsClientContext? TryCreate(TlsClientOptions options, out string? problem)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (!LibSsl.IsAvailable)
        {
            problem = $"{LibSsl.Library} is not installed (package libssl3)";
            return null;
        }
        LibSsl.ERR_clear_error();
        var context = new TlsClientContext(
            LibSsl.SSL_CTX_new(LibSsl.TLS_client_method()), options.CaFile is not null, options.Password);
        LibSsl.SSL_CTX_set_verify(
            context.Handle, context.Verifies ? LibSsl.SSL_VERIFY_PEER : LibSsl.SSL_VERIFY_NONE, null);
        string? bad =
            options.CaFile is { } ca && LibSsl.SSL_CTX_load_verify_locations(context.Handle, ca, null) != 1 ? ca
            : options.CertificateFile is { } certificate
                && LibSsl.SSL_CTX_use_certificate_chain_file(context.Handle, certificate) != 1 ? certificate
            : options.KeyFile is { } key
                && LibSsl.SSL_CTX_use_PrivateKey_file(context.Handle, key, LibSsl.SSL_FILETYPE_PEM) != 1 ? key : null;
        problem = bad is null ? null : $"'{bad}' cannot be used: {LastError()}";
        if (bad is not null)
        {
            context.Dispose();
            return null;
        }
        return context;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (Handle is not null)
        {
            LibSsl.SSL_CTX_free(Handle);
            Handle = null;
        }
        if (_pinned.IsAllocated)
        {
            Array.Clear(_password!);
            _pinned.Free();
        }
    }

    private static string LastError()
    {
        byte* buffer = stackalloc byte[256];
        LibSsl.ERR_error_string_n(LibSsl.ERR_get_error(), buffer, 256);
        return Encoding.UTF8.GetString(
            System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpanFromNullTerminated(buffer));
    }
}
