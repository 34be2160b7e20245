using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Holdfast.Linux.Passwords;

/// <summary>Hashed passwords of crypt(3), by the system's libcrypt.</summary>
public static unsafe partial class CryptLibrary
{
    private const string Library = "libcrypt.so.1";

    /// <summary>sizeof(struct crypt_data) of libxcrypt.</summary>
    private const int DataSize = 32_768;

    private const int TextMax = 512;

    [ThreadStatic]
    private static byte* t_data;

    /// <summary>Whether the library is on this machine.</summary>
    public static bool IsAvailable { get; } = NativeLibrary.TryLoad(Library, out _);

    /// <summary>Checks a password: slow by design, some milliseconds for hashes of today.</summary>
    /// <param name="password">What somebody has sent; with a zero in it, it is none.</param>
    /// <param name="hash">What the file has.</param>
    public static bool Matches(ReadOnlySpan<byte> password, ReadOnlySpan<byte> hash)
    {
        if (!IsAvailable || password.Length >= TextMax || hash.Length >= TextMax || password.Contains((byte)0))
        {
            return false;
        }
        Span<byte> key = stackalloc byte[TextMax];
        Span<byte> setting = stackalloc byte[TextMax];
        key.Clear();
        setting.Clear();
        password.CopyTo(key);
        hash.CopyTo(setting);
        if (t_data is null)
        {
            t_data = (byte*)NativeMemory.AllocZeroed(DataSize);
        }
        fixed (byte* keyText = key)
        fixed (byte* settingText = setting)
        {
            byte* found = crypt_r(keyText, settingText, t_data);
            CryptographicOperations.ZeroMemory(key);
            return found is not null && CryptographicOperations.FixedTimeEquals(
                MemoryMarshal.CreateReadOnlySpanFromNullTerminated(found), hash);
        }
    }

    [LibraryImport(Library)]
    private static partial byte* crypt_r(byte* key, byte* setting, byte* data);
}
