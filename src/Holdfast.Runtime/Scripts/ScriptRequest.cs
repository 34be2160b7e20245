using System.Globalization;
using System.Text;

namespace Holdfast.Runtime.Scripts;

/// <summary>What the supervisor asks the <see cref="ScriptService"/> to start.</summary>
/// <remarks>
/// The message is one line of texts, each ended by a zero byte, which none of them can contain: the version, the
/// number of launcher arguments, these, then the environment. The network namespace travels beside it as a descriptor.
/// </remarks>
/// <param name="LauncherArguments">The command line of the <see cref="Launcher"/>, without its name and place.</param>
/// <param name="Umask">Mask for the modes of new files.</param>
/// <param name="Environment">NAME=VALUE.</param>
internal sealed record ScriptRequest(
    IReadOnlyList<string> LauncherArguments, uint Umask, IReadOnlyList<string> Environment)
{
    /// <summary>
    /// Longest message; the kernel allows more arguments, but nobody writes them into a configuration.
    /// </summary>
    internal const int SizeMax = 512 * 1024;

    private const string Version = "holdfast-scripts-1";
    private const int HeaderTexts = 3;

    internal byte[] Encode()
    {
        IEnumerable<string> header =
        [
            Version,
            Umask.ToString(CultureInfo.InvariantCulture),
            LauncherArguments.Count.ToString(CultureInfo.InvariantCulture),
        ];
        return Encoding.UTF8.GetBytes(
            string.Concat(header.Concat(LauncherArguments).Concat(Environment).Select(static text => text + '\0')));
    }

    /// <summary>Reads a message; null when it is none of this version.</summary>
    internal static ScriptRequest? Decode(ReadOnlySpan<byte> message)
    {
        string[] texts = Encoding.UTF8.GetString(message).Split('\0');
        if (texts.Length <= HeaderTexts || texts[0] != Version || texts[^1].Length != 0
            || !uint.TryParse(texts[1], NumberStyles.None, CultureInfo.InvariantCulture, out uint umask)
            || !int.TryParse(texts[2], NumberStyles.None, CultureInfo.InvariantCulture, out int count)
            || count < 1 || count > texts.Length - 1 - HeaderTexts)
        {
            return null;
        }
        return new(texts[HeaderTexts..(HeaderTexts + count)], umask, texts[(HeaderTexts + count)..^1]);
    }
}
