using System.Buffers;
using System.Buffers.Text;
using System.Collections.Immutable;
using System.Security.Cryptography;
using Holdfast.Config.HAProxy.Model;
using Holdfast.HAProxy.Samples;
using Holdfast.Http.H1;
using Holdfast.Http.Headers;

namespace Holdfast.HAProxy.Fetches;

/// <summary>Basic authentication (RFC 7617) against userlists, and its parts.</summary>
internal static class AuthFetches
{
    private const int CredentialsMax = 1024;

    public static void Register(Dictionary<string, StepFactory> table)
    {
        table.Register("http_auth_type", static (c, ref s) => TryHeader(c, ref s, out ReadOnlySpan<byte> scheme, out _)
            && s.SetText(HttpText.EqualsIgnoreCase(scheme, "basic"u8) ? "Basic"u8 : scheme));
        table.Register("http_auth_user", static (c, ref s) =>
            TryBasic(c, ref s, out ReadOnlySpan<byte> user, out _) && s.SetText(user));
        table.Register("http_auth_pass", static (c, ref s) =>
            TryBasic(c, ref s, out _, out ReadOnlySpan<byte> password) && s.SetText(password));
        table.Register("http_auth_bearer", static (c, ref s) =>
            TryHeader(c, ref s, out ReadOnlySpan<byte> scheme, out ReadOnlySpan<byte> rest)
            && HttpText.EqualsIgnoreCase(scheme, "bearer"u8) && s.SetText(rest));
        table.Register("http_auth", static a => Check(a));
        table.Register("http_auth_group", static a => Group(a));
    }

    /// <summary>Whether credentials are those of a user of the list.</summary>
    public static bool IsUser(
        UserlistEntry[] users, PasswordCheck? crypt, ReadOnlySpan<byte> name, ReadOnlySpan<byte> password)
    {
        foreach (UserlistEntry user in users)
        {
            if (name.SequenceEqual(user.Name))
            {
                return user.IsEncrypted ? crypt is not null && crypt(password, user.Password)
                    : CryptographicOperations.FixedTimeEquals(password, user.Password);
            }
        }
        return false;
    }

    private static UserlistEntry[] Users(StepArguments a)
    {
        ImmutableArray<UserModel> users = a.Environment.Model.Userlists
            .FirstOrDefault(l => l.Name == a.Text(0))?.Users ?? [];
        return [.. users.Select(static u => new UserlistEntry(
            ByteText.ToBytes(u.Name), ByteText.ToBytes(u.Password), u.IsEncrypted, u.Groups))];
    }

    private static SampleStep Check(StepArguments a)
    {
        UserlistEntry[] users = Users(a);
        PasswordCheck? crypt = a.Environment.Crypt;
        return (c, ref s) => RequestFetches.HasRequest(c, ref s) && s.Set(
            TryBasic(c, ref s, out ReadOnlySpan<byte> user, out ReadOnlySpan<byte> password)
            && IsUser(users, crypt, user, password));
    }

    /// <summary>The user's name when the password is right: the ACL looks it up among the groups' members.</summary>
    private static SampleStep Group(StepArguments a)
    {
        UserlistEntry[] users = Users(a);
        PasswordCheck? crypt = a.Environment.Crypt;
        return (c, ref s) => RequestFetches.HasRequest(c, ref s)
            && TryBasic(c, ref s, out ReadOnlySpan<byte> user, out ReadOnlySpan<byte> password)
            && IsUser(users, crypt, user, password) && s.SetText(user);
    }

    private static bool TryHeader(
        RequestContext c, scoped ref Sample s, out ReadOnlySpan<byte> scheme, out ReadOnlySpan<byte> rest)
    {
        scheme = rest = default;
        if (!RequestFetches.HasRequest(c, ref s))
        {
            return false;
        }
        HeadView request = c.Request;
        if (!request.TryField("authorization"u8, 1, out ReadOnlySpan<byte> value))
        {
            return false;
        }
        int space = value.IndexOf((byte)' ');
        if (space <= 0)
        {
            return false;
        }
        scheme = value[..space];
        rest = value[space..].TrimStart((byte)' ');
        return true;
    }

    private static bool TryBasic(
        RequestContext c, scoped ref Sample s, out ReadOnlySpan<byte> user, out ReadOnlySpan<byte> password)
    {
        user = password = default;
        if (!TryHeader(c, ref s, out ReadOnlySpan<byte> scheme, out ReadOnlySpan<byte> rest)
            || !HttpText.EqualsIgnoreCase(scheme, "basic"u8) || rest.Length > CredentialsMax
            || !c.Scratch.TryTake(CredentialsMax, out Span<byte> decoded)
            || Base64.DecodeFromUtf8(rest, decoded, out _, out int length) != OperationStatus.Done)
        {
            return false;
        }
        int colon = decoded[..length].IndexOf((byte)':');
        if (colon < 0)
        {
            return false;
        }
        user = decoded[..colon];
        password = decoded[(colon + 1)..length];
        return true;
    }
}

/// <summary>A user as checks see it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Password">Its password or the hash of it.</param>
/// <param name="IsEncrypted">Whether it is a hash.</param>
/// <param name="Groups">Its groups.</param>
internal sealed record UserlistEntry(byte[] Name, byte[] Password, bool IsEncrypted, ImmutableArray<string> Groups);
