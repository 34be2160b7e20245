using System.Globalization;
using Holdfast.Config.Ipvsadm;
using Holdfast.Layer4;
using Holdfast.Layer4.Ipvs;
using Holdfast.Layer4.Model;
using Holdfast.Layer4.Nftables;
using Holdfast.Layer4.Xdp;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;
using Holdfast.Linux.Netlink;
using Holdfast.Linux.Processes;

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
        using ILayer4Client? client = OpenKernel(out IpvsInfo info, out NetlinkResult refusal);
        if (client is not null)
        {
            return Execute(client, info, command);
        }
        if (refusal.Errno != Errno.ENOENT)
        {
            Complain(refusal, default, default);
            return WrongUse;
        }
        // Where a daemon has chosen nftables, that is where the services are.
        using NftablesClient? tables = OpenTables(out NetlinkResult noTables);
        XdpAccess? access = null;
        NetlinkResult noDirector = tables is { HasTables: true } ? default : XdpAccess.TryOpen(out access);
        if (access is null && tables is not null)
        {
            return Execute(tables, NftablesClient.Info, command);
        }
        if (access is null)
        {
            Complain(refusal, noDirector, noTables);
            return WrongUse;
        }
        using (access)
        {
            int code = Execute(access.Client, access.Client.Info, command);
            if (command.Verb != IpvsadmVerb.List && access.Settle())
            {
                StartKeeper();
            }
            return code;
        }
    }

    private int Execute(ILayer4Client client, IpvsInfo info, IpvsadmCommand command)
    {
        IpvsadmExecutor executor = new(client, info, output, error);
        return command.Verb == IpvsadmVerb.Restore ? Restore(executor) : executor.Execute(command);
    }

    // It has nothing to do with this terminal, and ends by itself when the last service has gone.
    private void StartKeeper()
    {
        using FdHandle nothing = DescriptorIo.OpenNull();
        Errno errno = ProcessSpawner.TrySpawn(new SpawnRequest
        {
            Arguments = ["holdfast", "director"],
            Environment = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
            Descriptors = [new(nothing.Number, 0), new(nothing.Number, 1), new(nothing.Number, 2)],
            Group = SpawnGroup.NewSession,
            WorkingDirectory = "/",
        }, out PidFd? keeper);
        using PidFd? started = keeper;
        if (errno != Errno.Success)
        {
            error.WriteLine($"The process that keeps the director cannot be started: {errno}");
        }
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

    private static IpvsClient? OpenKernel(out IpvsInfo info, out NetlinkResult result)
    {
        info = default;
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
        return null;
    }

    private static NftablesClient? OpenTables(out NetlinkResult result)
    {
        result = NftablesClient.TryOpen(out NftablesClient? tables);
        try
        {
            tables?.LookAround();
            return tables;
        }
        catch (LinuxException exception)
        {
            tables?.Dispose();
            result = new(exception.Errno, exception.Message);
            return null;
        }
    }

    private void Complain(NetlinkResult ipvs, NetlinkResult xdp, NetlinkResult nftables)
    {
        bool isMissing = ipvs.Errno is not (Errno.EPERM or Errno.EACCES);
        error.WriteLine($"Can't initialize ipvs: {KernelWords.Of(isMissing ? Errno.ENOPROTOOPT : ipvs.Errno)}");
        error.WriteLine("Are you sure that IP Virtual Server is built in the kernel or as module?");
        if (isMissing)
        {
            error.WriteLine($"What helps: {IpvsClient.MissingRemedy}.");
        }
        if (!xdp.IsSuccess)
        {
            error.WriteLine($"The xdp plane does not work here either: {xdp}");
        }
        if (!nftables.IsSuccess)
        {
            error.WriteLine($"The nftables plane does not work here either: {nftables}");
        }
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
