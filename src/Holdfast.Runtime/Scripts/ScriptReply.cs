using System.Globalization;
using System.Text;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Processes;

namespace Holdfast.Runtime.Scripts;

/// <summary>What the <see cref="ScriptService"/> tells of a script, and the one thing that it is told.</summary>
internal enum ScriptReplyKind : byte
{
    /// <summary>Not of this version.</summary>
    None,

    /// <summary>The launcher runs; the number is its process id, which becomes the script's.</summary>
    Started,

    /// <summary>The launcher has given way to the script, or has ended.</summary>
    Executed,

    /// <summary>It has ended: exit code and signal.</summary>
    Ended,

    /// <summary>
    /// It could not be started; the numbers are the error, and the exit code of the launcher where that has run.
    /// </summary>
    Failed,

    /// <summary>To the service: a signal for the script's group.</summary>
    Signal,
}

/// <summary>One short message after the request: a word and two numbers.</summary>
/// <param name="Kind">Which one.</param>
/// <param name="First">Its number: process id, exit code, error or signal.</param>
/// <param name="Second">
/// For <see cref="ScriptReplyKind.Ended"/> the signal that ended the script, for <see cref="ScriptReplyKind.Failed"/>
/// the exit code of the launcher; else 0.
/// </param>
internal readonly record struct ScriptReply(ScriptReplyKind Kind, int First = 0, int Second = 0)
{
    internal const int SizeMax = 64;

    internal static ScriptReply Of(ExitStatus status) => new(ScriptReplyKind.Ended, status.Code, (int)status.Signal);

    internal ExitStatus Status => new(First, (Signal)Second);

    internal byte[] Encode()
        => Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{(int)Kind} {First} {Second}"));

    internal static ScriptReply Decode(ReadOnlySpan<byte> message)
    {
        string[] words = Encoding.ASCII.GetString(message).Split(' ');
        return words.Length == 3 && TryRead(words[0], out int kind) && TryRead(words[1], out int first)
            && TryRead(words[2], out int second) && kind is > 0 and <= (int)ScriptReplyKind.Signal
            ? new((ScriptReplyKind)kind, first, second) : default;
    }

    private static bool TryRead(string word, out int value)
        => int.TryParse(word, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out value);
}
