using Holdfast.Config.HAProxy;
using Holdfast.Primitives;

namespace Holdfast.HAProxy;

/// <summary>The program as <c>haproxy</c>: its options, messages and exit codes.</summary>
/// <param name="program">Path of the executable, for messages.</param>
/// <param name="output">Standard output.</param>
/// <param name="error">Standard error.</param>
internal sealed class HAProxyProgram(string program, TextWriter output, TextWriter error)
{
    private const int Failed = 1;
    private const int NothingToDo = 2;

    /// <summary>What we say our version is: that whose defaults ours are, and our own behind it.</summary>
    internal static string Version => $"{HAProxyParseOptions.DefaultVersion}-holdfast-{ProgramVersion.Text}";

    /// <summary>Runs it as a program.</summary>
    /// <param name="words">The words after its name.</param>
    internal static int Run(IReadOnlyList<string> words)
        => new HAProxyProgram(Environment.ProcessPath ?? "haproxy", Console.Out, Console.Error).Execute(words);

    /// <summary>Runs one command line.</summary>
    /// <returns>Exit code.</returns>
    internal int Execute(IReadOnlyList<string> words)
    {
        var line = HAProxyCommandLine.Parse(words, out string? wrong);
        if (wrong is not null)
        {
            error.WriteLine(wrong);
            Usage();
            return Failed;
        }
        switch (line.Action)
        {
            case HAProxyAction.Version or HAProxyAction.LongVersion:
                PrintVersion(line.Action == HAProxyAction.LongVersion);
                return 0;
            case HAProxyAction.Condition:
                return Condition(line);
            default:
                return Load(line);
        }
    }

    private int Condition(HAProxyCommandLine line)
    {
        bool holds = HAProxyParser.Evaluate(line.Condition, new DiskConfigFiles(), null, out string? fault);
        if (fault is null)
        {
            return holds ? 0 : Failed;
        }
        new HAProxyMessages(error, program, line.IsQuiet && !line.IsVerbose).Write("ALERT", $"config : {fault}");
        return NothingToDo;
    }

    private int Load(HAProxyCommandLine line)
    {
        if (line.Files.Count == 0)
        {
            Usage();
            return Failed;
        }
        if (line.Directory is { } directory)
        {
            try
            {
                Environment.CurrentDirectory = directory;
            }
            catch (IOException e)
            {
                error.WriteLine($"Could not change to directory {directory} : {e.Message}");
                return Failed;
            }
        }
        bool isSilent = line.IsQuiet && !line.IsVerbose;
        var messages = new HAProxyMessages(error, program, isSilent);
        HAProxyParseResult result = HAProxyLoader.Parse(line.Files, new HAProxyParseOptions
        {
            LocalPeer = line.LocalPeer,
            IsToRun = line.Action == HAProxyAction.Run,
        });
        messages.Write(result);
        if (result.HasErrors)
        {
            return Failed;
        }
        bool hasWarnings = result.Diagnostics.Any(static d => d.Severity == Severity.Warning && d.Code != "HA0152");
        if (hasWarnings && line.WarningsAreErrors)
        {
            messages.Write("ALERT", "Some warnings were found and 'zero-warning' is set. Aborting.");
            return Failed;
        }
        if (line.Action == HAProxyAction.Check)
        {
            return Closing(result, hasWarnings, isSilent);
        }
        messages.Write("ALERT", "this version reads and checks haproxy.cfg, and does not run it yet");
        return Failed;
    }

    private int Closing(HAProxyParseResult result, bool hasWarnings, bool isSilent)
    {
        TextWriter sink = isSilent ? TextWriter.Null : output;
        if (result.HasNoListener)
        {
            sink.WriteLine("Configuration file has no error but will not start (no listener) => exit(2).");
            return NothingToDo;
        }
        if (hasWarnings)
        {
            sink.WriteLine("Warnings were found.");
        }
        sink.WriteLine("Configuration file is valid");
        return 0;
    }

    private void PrintVersion(bool isLong)
    {
        output.WriteLine($"HAProxy version {Version} - done by Holdfast");
        if (!isLong)
        {
            return;
        }
        output.WriteLine("Build options :");
        output.WriteLine("  TARGET  = linux-glibc");
        output.WriteLine();
        output.WriteLine("Feature list : "
            + string.Join(' ', new HAProxyParseOptions().Features.Order().Select(static f => $"+{f}")));
    }

    private void Usage() => error.Write($$"""
        HAProxy version {{Version}} - done by Holdfast
        Usage : haproxy [-f <cfgfile|cfgdir>]* [ options ] [-- <cfgfile>*]
          -c       check the files and exit: 0 valid, 1 errors, 2 nothing to start
          -cc COND evaluate a condition and exit: 0 true, 1 false, 2 not readable
          -v, -vv  show the version, with features
          -q       no messages
          -V       messages even with -q
          -dW      warnings are errors
          -L NAME  name of the local peer
          -C DIR   change to a directory first

        """);
}
