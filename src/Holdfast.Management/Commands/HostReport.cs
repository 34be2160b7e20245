using System.Globalization;
using Holdfast.Management.Cli;
using Holdfast.Proxy.Options;

namespace Holdfast.Management.Commands;

/// <summary>What the kernel says of the process: its descriptors, its libraries. In a chroot it says nothing.</summary>
internal static class HostReport
{
    private const string Absent = "Not known: /proc cannot be read.\n";

    /// <summary>A line for each descriptor: number, what it is, and of listeners whose they are.</summary>
    internal static IEnumerable<string> Descriptors(ManagedProcess process, CliRequest request)
    {
        Dictionary<int, string> listeners = process.Engine.Listeners.Select((fd, index) => (fd, index))
            .ToDictionary(static one => one.fd, one => Of(process.Engine.State.Options.Frontends[one.index]));
        try
        {
            return [.. Directory.EnumerateFileSystemEntries("/proc/self/fd")
                .Select(static path => (Path: path, Number: NumberOf(path)))
                .Where(one => request[2].Length == 0 || one.Number.ToString(CultureInfo.InvariantCulture) == request[2])
                .OrderBy(static one => one.Number)
                .Select(one => string.Create(CultureInfo.InvariantCulture,
                    $"{one.Number,7} : {Target(one.Path)}{listeners.GetValueOrDefault(one.Number, "")}\n"))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return request.Error(Absent);
        }
    }

    /// <summary>Address ranges of libraries, with their sizes.</summary>
    internal static IEnumerable<string> Libraries()
    {
        try
        {
            return [.. File.ReadLines("/proc/self/maps").Select(static line => line.Split(
                    ' ', StringSplitOptions.RemoveEmptyEntries))
                .Where(static words => words is [_, _, _, _, _, ['/', ..]])
                .GroupBy(static words => words[5]).Select(static group => Line(group.Key, group))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return CliRequest.Text(Absent);
        }
    }

    private static string Line(string name, IEnumerable<string[]> ranges)
    {
        long from = ranges.Min(static words => Address(words[0], isEnd: false));
        long to = ranges.Max(static words => Address(words[0], isEnd: true)) - 1;
        return string.Create(CultureInfo.InvariantCulture, $"0x{from:x12}-0x{to:x12} (0x{to - from + 1:x7}) {name}\n");
    }

    private static long Address(string range, bool isEnd)
        => long.Parse(range.Split('-')[isEnd ? 1 : 0], NumberStyles.HexNumber, CultureInfo.InvariantCulture);

    private static string Of(FrontendOptions frontend) => $" l.st=RDY fe={frontend.Name} {frontend.Bind}";

    private static int NumberOf(string path)
        => int.TryParse(Path.GetFileName(path), NumberStyles.None, CultureInfo.InvariantCulture, out int number)
            ? number : -1;

    private static string Target(string path) => new FileInfo(path).LinkTarget ?? "?";
}
