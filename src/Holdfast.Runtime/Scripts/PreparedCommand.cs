using System.Collections.Immutable;
using System.Globalization;

namespace Holdfast.Runtime.Scripts;

/// <summary>A command that was found, checked, and whose user is known: ready to be run at any time.</summary>
/// <param name="Arguments">Absolute path of the program, then its arguments.</param>
/// <param name="Uid">User to run as; null: our own.</param>
/// <param name="Gid">Group to run as.</param>
/// <param name="Groups">Supplementary groups.</param>
public sealed record PreparedCommand(
    ImmutableArray<string> Arguments, uint? Uid, uint Gid, ImmutableArray<uint> Groups)
{
    /// <summary>The program and its arguments as one text, for logs.</summary>
    public string Text => string.Join(' ', Arguments);

    /// <summary>Whether both run the same program with the same arguments as the same user.</summary>
    public bool IsSame(PreparedCommand other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Arguments.SequenceEqual(other.Arguments) && Uid == other.Uid && Gid == other.Gid
            && Groups.SequenceEqual(other.Groups);
    }

    /// <summary>The command line of the launcher; see <see cref="Launcher"/>.</summary>
    internal List<string> LauncherArguments(
        IReadOnlyList<string> more, bool outlivesUs, string place = Launcher.Nothing)
    {
        string groups = string.Join(',', Groups.Select(static g => g.ToString(CultureInfo.InvariantCulture)));
        return
        [
            Launcher.Name,
            outlivesUs ? Launcher.Free : Launcher.Bound,
            Uid is { } uid ? uid.ToString(CultureInfo.InvariantCulture) : Launcher.Nothing,
            Gid.ToString(CultureInfo.InvariantCulture),
            groups.Length == 0 ? Launcher.Nothing : groups,
            place,
            .. Arguments,
            .. more,
        ];
    }
}
