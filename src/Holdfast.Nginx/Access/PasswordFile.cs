using Holdfast.Http.Headers;

namespace Holdfast.Nginx.Access;

/// <summary>The text of a file of <c>auth_basic_user_file</c>: lines "user:hash" or "user:hash:comment".</summary>
public static class PasswordFile
{
    /// <summary>The hash of a user's password: that of the first line that is about the user.</summary>
    /// <param name="file">The text of the file.</param>
    /// <param name="user">The user.</param>
    /// <param name="hash">The hash.</param>
    /// <returns>False: no line is about the user.</returns>
    public static bool TryFind(ReadOnlySpan<byte> file, ReadOnlySpan<byte> user, out ReadOnlySpan<byte> hash)
    {
        while (!file.IsEmpty)
        {
            int end = file.IndexOf(HttpText.Lf);
            ReadOnlySpan<byte> line = end < 0 ? file : file[..end];
            file = end < 0 ? default : file[(end + 1)..];
            if (line.Length > user.Length && line[user.Length] == ':' && line[0] != '#' && line.StartsWith(user))
            {
                hash = line[(user.Length + 1)..];
                int behind = hash.IndexOfAny((byte)':', HttpText.Cr);
                hash = behind < 0 ? hash : hash[..behind];
                return true;
            }
        }
        hash = default;
        return false;
    }
}
