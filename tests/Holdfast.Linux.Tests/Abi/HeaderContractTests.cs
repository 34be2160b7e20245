using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Tests.Abi;

/// <summary>
/// Compares every enum value, constant and structure of the Abi namespace with the C headers of this system: a C
/// program that prints them all is made from the declarations themselves, so none can be left out.
/// </summary>
public sealed class HeaderContractTests
{
    // Names that Debian 12's headers (Linux 6.1) lack, or that are not C names; with the source of their value.
    private static readonly Dictionary<string, string> NotInHeaders = new()
    {
        ["Errno.Success"] = "no error; not a C name",
    };

    // Types that ProcessHeadersTests compares, because their C names follow another rule.
    private static readonly HashSet<string> ComparedElsewhere =
    [
        "EpollEvents", "Signal", "ResourceLimit", "SchedulingPolicy", "NamespaceKinds",
        "signalfd_siginfo", "siginfo_t", "rlimit", "sched_param", "passwd", "group", "ucred", "inotify_event", "statx",
        "cmsg_one_descriptor", "Elf64_Phdr",
    ];

    private static readonly string[] Headers =
    [
        "sys/socket.h", "netinet/in.h", "netinet/icmp6.h", "net/if.h", "linux/if.h", "linux/icmp.h", "poll.h", "time.h",
        "sched.h", "fcntl.h", "errno.h", "signal.h", "spawn.h", "pwd.h", "grp.h", "sys/un.h", "sys/stat.h",
        "sys/wait.h", "sys/mman.h", "elf.h", "sys/epoll.h", "sys/eventfd.h", "sys/timerfd.h", "sys/signalfd.h",
        "sys/inotify.h", "sys/ioctl.h", "sys/prctl.h", "sys/resource.h", "sys/syscall.h", "sys/uio.h",
        "linux/netlink.h", "linux/rtnetlink.h", "linux/if_addr.h", "linux/if_link.h", "linux/veth.h",
        "linux/fib_rules.h", "linux/neighbour.h", "linux/if_packet.h", "linux/if_ether.h", "linux/if_arp.h",
        "linux/filter.h", "linux/sock_diag.h", "linux/connector.h", "linux/cn_proc.h",
        "linux/bpf.h", "linux/magic.h", "linux/lwtunnel.h", "linux/mpls_iptunnel.h", "linux/ila.h",
        "linux/netfilter.h", "linux/netfilter/nfnetlink.h", "linux/netfilter/nf_tables.h",
        "linux/netfilter/nfnetlink_conntrack.h", "linux/netfilter/nf_conntrack_common.h",
        "linux/netfilter/nf_conntrack_tcp.h",
        "linux/genetlink.h", "linux/ip_vs.h", "netdb.h", "linux/io_uring.h", "netinet/tcp.h",
    ];

    private const string Preamble = """
        #define _GNU_SOURCE
        #include <stdio.h>
        #include <stddef.h>
        """;

    [Fact]
    public void Abi_EveryDeclaration_EqualsTheHeaders()
    {
        SortedDictionary<string, long> ours = [];
        StringBuilder program = new();
        foreach (Type type in AbiTypes())
        {
            if (type.IsEnum)
            {
                AddEnum(type, ours, program);
            }
            else
            {
                AddStruct(type, ours, program);
            }
        }
        Dictionary<string, long> theirs = Run(program.ToString());
        Assert.Equal(ours.Keys.Order(), theirs.Keys.Order());
        Assert.All(ours, pair => Assert.True(pair.Value == theirs[pair.Key],
            $"{pair.Key}: {pair.Value} here, {theirs[pair.Key]} in C"));
        Assert.True(ours.Count > 400, "the declarations were not found");
    }

    private static IEnumerable<Type> AbiTypes()
        => typeof(Errno).Assembly.GetTypes().Where(static type => type.Namespace == "Holdfast.Linux.Abi"
            && !ComparedElsewhere.Contains(type.Name)
            && (type.IsEnum || (type.IsValueType && !type.Name.StartsWith('<') && !type.IsNested)));

    private static void AddEnum(Type type, SortedDictionary<string, long> ours, StringBuilder program)
    {
        foreach (string name in Enum.GetNames(type))
        {
            string key = $"{type.Name}.{name}";
            if (!NotInHeaders.ContainsKey(key))
            {
                object value = Enum.Parse(type, name);
                ours[key] = unchecked((long)(Convert.ToInt64(value, CultureInfo.InvariantCulture) & 0xFFFF_FFFF));
                Print(program, key, $"((long long){name}) & 0xFFFFFFFFLL");
            }
        }
    }

    private static void AddStruct(Type type, SortedDictionary<string, long> ours, StringBuilder program)
    {
        string name = $"struct {type.Name}";
        ours[type.Name] = (int)typeof(Unsafe).GetMethod(nameof(Unsafe.SizeOf))!.MakeGenericMethod(type)
            .Invoke(null, null)!;
        Print(program, type.Name, $"sizeof({name})");
        const BindingFlags Fields = BindingFlags.Instance | BindingFlags.NonPublic | BindingFlags.Public;
        foreach (FieldInfo field in type.GetFields(Fields))
        {
            string key = $"{type.Name}.{field.Name}";
            ours[key] = (long)Marshal.OffsetOf(type, field.Name);
            Print(program, key, $"offsetof({name}, {field.Name})");
        }
    }

    private static void Print(StringBuilder program, string key, string expression)
        => program.AppendLine(CultureInfo.InvariantCulture,
            $"    printf(\"%s %lld\\n\", \"{key}\", (long long)({expression}));");

    private static Dictionary<string, long> Run(string body)
    {
        string directory = Directory.CreateTempSubdirectory("holdfast-abi-").FullName;
        try
        {
            string source = Path.Combine(directory, "abi.c");
            string binary = Path.Combine(directory, "abi");
            File.WriteAllText(source, $$"""
                {{Preamble}}
                {{string.Join('\n', Headers.Select(static header => $"#include <{header}>"))}}
                int main(void)
                {
                {{body}}
                    return 0;
                }
                """);
            Start("gcc", "-w", "-o", binary, source);
            return Start(binary).Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Select(static line => line.Split(' '))
                .ToDictionary(static parts => parts[0],
                    static parts => long.Parse(parts[1], CultureInfo.InvariantCulture));
        }
        finally
        {
            Directory.Delete(directory, recursive: true);
        }
    }

    private static string Start(string program, params string[] arguments)
    {
        using Process process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        Task<string> errors = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors.Result);
        return output;
    }
}
