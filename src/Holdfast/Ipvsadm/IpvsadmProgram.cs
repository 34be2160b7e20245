using System.Globalization;
using Holdfast.Config.Ipvsadm;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Netlink;

namespace Holdfast.Ipvsadm;

/// <summary>The program as <c>ipvsadm</c>: its options, listings, complaints and exit codes.</summary>
internal sealed class IpvsadmProgram(string program, TextReader input, TextWriter output, TextWriter error)
{
    private const int WrongUse = 2;
    private static readonly char[] Blanks = [' ', '\t', '\n', '\r'];

    /// <summary>Runs it as a program.</summary>
    /// <param name="words">The words after its name.</param>
    /// <param name="program">Its name as it was called.</param>
    internal static int Run(IReadOnlyList<string> words, string program)
    {
        using StreamWriter output = new(Console.OpenStandardOutput());
        using StreamWriter error = new(Console.OpenStandardError()) { AutoFlush = true };
        return new IpvsadmProgram(program, Console.In, output, error).Run(words);
    }

    /// <summary>Runs one command line.</summary>
    /// <returns>Exit code.</returns>
    internal int Run(IReadOnlyList<string> words)
    {
        // What needs no kernel, and what is wrong anyway, is answered without one.
        IpvsadmParseResult parsed = IpvsadmParser.Parse(words, SystemNames.Instance, program);
        if (parsed.Failure is { } failure)
        {
            error.WriteLine(failure.Message);
            return failure.ExitCode;
        }
        IpvsadmCommand command = parsed.Command!;
        if (command.Verb is IpvsadmVerb.Help or IpvsadmVerb.Version)
        {
            Describe(command.Verb);
            return 0;
        }
        using IpvsClient? client = Open(out IpvsInfo info);
        if (client is null)
        {
            return WrongUse;
        }
        IpvsadmExecutor executor = new(client, info, output, error);
        return command.Verb == IpvsadmVerb.Restore ? Restore(executor) : executor.Execute(command);
    }

    private void Describe(IpvsadmVerb verb)
    {
        output.WriteLine(string.Create(CultureInfo.InvariantCulture,
            $"ipvsadm, done by Holdfast v{ProgramVersion.Text} (as v1.31, IPVS v1.2.1)"));
        if (verb == IpvsadmVerb.Help)
        {
            output.Write(IpvsadmHelp.Text(program));
        }
    }

    private IpvsClient? Open(out IpvsInfo info)
    {
        info = default;
        NetlinkResult result;
        IpvsClient? client = null;
        try
        {
            result = IpvsClient.TryOpen(out client);
            result = client is null ? result : client.GetInfo(out info);
        }
        catch (LinuxException unreachable)
        {
            result = new(unreachable.Errno);
        }
        if (result.IsSuccess)
        {
            return client;
        }
        client?.Dispose();
        bool isMissing = result.Errno is not (Errno.EPERM or Errno.EACCES);
        error.WriteLine($"Can't initialize ipvs: {KernelWords.Of(isMissing ? Errno.ENOPROTOOPT : result.Errno)}");
        error.WriteLine("Are you sure that IP Virtual Server is built in the kernel or as module?");
        if (isMissing)
        {
            error.WriteLine($"What helps: {IpvsClient.MissingRemedy}.");
        }
        return null;
    }

    // Each line is a command line of its own; the word "ipvsadm" may stand before it. What the kernel refuses is
    // said, and the next line is read; a line that is wrong ends everything.
    private int Restore(IpvsadmExecutor executor)
    {
        while (input.ReadLine() is { } line)
        {
            string[] words = line.Split(Blanks, StringSplitOptions.RemoveEmptyEntries);
            ReadOnlySpan<string> rest = words is ["ipvsadm", ..] ? words.AsSpan(1) : words;
            if (rest.IsEmpty)
            {
                continue;
            }
            IpvsadmParseResult parsed =
                IpvsadmParser.Parse(rest.ToArray(), SystemNames.Instance, program, isRule: true);
            if (parsed.Failure is { } failure)
            {
                error.WriteLine(failure.Message);
                if (failure.EndsRestore)
                {
                    return failure.ExitCode;
                }
            }
            else if (parsed.Command!.Verb is IpvsadmVerb.Help or IpvsadmVerb.Version)
            {
                Describe(parsed.Command.Verb);
                return 0;
            }
            else if (executor.Execute(parsed.Command) is not 0 and int code && parsed.Command.Verb == IpvsadmVerb.List)
            {
                return code; // as the original: a listing that fails ends the program
            }
        }
        return 0;
    }
}
