using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using System.Text;
using Holdfast.Linux.Abi;

namespace Holdfast.Linux.Tests.Processes;

/// <summary>What we declare of the headers about processes and files is compared with the C compiler's view.</summary>
public sealed class ProcessHeadersTests
{
    private static readonly Type[] ConstantHolders =
    [
        typeof(SysEpoll), typeof(SysSignal), typeof(SysResource), typeof(SysSched), typeof(SysPrctl), typeof(SysMman),
        typeof(Spawn), typeof(SysWait), typeof(Fcntl), typeof(SysStat), typeof(SysInotify), typeof(SysUn),
        typeof(SysMount), typeof(Elf),
        typeof(SysUnistd),
    ];

    private static readonly Type[] Enums =
        [typeof(EpollEvents), typeof(Signal), typeof(ResourceLimit), typeof(SchedulingPolicy), typeof(NamespaceKinds)];

    private static readonly (Type Type, string CName)[] Structs =
    [
        (typeof(signalfd_siginfo), "struct signalfd_siginfo"), (typeof(siginfo_t), "siginfo_t"),
        (typeof(rlimit), "struct rlimit"), (typeof(sched_param), "struct sched_param"),
        (typeof(passwd), "struct passwd"), (typeof(group), "struct group"), (typeof(ucred), "struct ucred"),
        (typeof(inotify_event), "struct inotify_event"), (typeof(statx), "struct statx"),
        (typeof(Elf64_Phdr), "Elf64_Phdr"),
    ];

    [Fact]
    public void Declarations_AgainstCHeaders_AreEqual()
    {
        var expected = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach ((string name, long value) in Constants())
        {
            expected[$"(long long)({name})"] = value.ToString(CultureInfo.InvariantCulture);
        }
        foreach ((Type type, string cName) in Structs)
        {
            expected[$"(long long)sizeof({cName})"] = Marshal.SizeOf(type).ToString(CultureInfo.InvariantCulture);
            foreach (FieldInfo field in type.GetFields(BindingFlags.Instance | BindingFlags.NonPublic))
            {
                if (!field.Name.Contains("padding", StringComparison.Ordinal))
                {
                    string offset = Marshal.OffsetOf(type, field.Name).ToString(null, CultureInfo.InvariantCulture);
                    expected[$"(long long)offsetof({cName}, {field.Name})"] = offset;
                }
            }
        }
        expected["(long long)sizeof(sigset_t)"] = "128";
        expected["(long long)(sizeof(posix_spawnattr_t) <= 512)"] = "1";
        expected["(long long)(sizeof(posix_spawn_file_actions_t) <= 256)"] = "1";
        Assert.True(expected.Count > 150);
        Assert.Equal(expected, Compile(expected.Keys));
    }

    private static IEnumerable<(string Name, long Value)> Constants()
    {
        foreach (Type holder in ConstantHolders)
        {
            foreach (FieldInfo field in holder.GetFields(BindingFlags.Static | BindingFlags.NonPublic))
            {
                if (!field.Name.Any(char.IsLower))
                {
                    object value = field.GetRawConstantValue()!;
                    yield return (field.Name, value is ulong big ? (long)big : Convert.ToInt64(value, null));
                }
            }
        }
        foreach (Type type in Enums)
        {
            foreach (string name in Enum.GetNames(type))
            {
                if (name != "None")
                {
                    yield return (name, Convert.ToInt64(Enum.Parse(type, name), null));
                }
            }
        }
    }

    private static SortedDictionary<string, string> Compile(IEnumerable<string> expressions)
    {
        var source = new StringBuilder("#define _GNU_SOURCE\n");
        foreach (string header in (string[])["sys/epoll.h", "signal.h", "sys/signalfd.h", "sys/resource.h", "sched.h",
            "sys/prctl.h", "sys/mman.h", "elf.h", "spawn.h", "sys/wait.h", "fcntl.h", "sys/file.h", "sys/stat.h",
            "sys/inotify.h", "sys/socket.h", "sys/un.h", "pwd.h", "grp.h", "linux/close_range.h",
            "sys/mount.h", "stddef.h", "stdio.h"])
        {
            source.Append("#include <").Append(header).Append(">\n");
        }
        source.Append("int main(void) {\n");
        foreach (string expression in expressions)
        {
            source.Append("  printf(\"%s\\t%lld\\n\", \"").Append(expression).Append("\", ").Append(expression)
                .Append(");\n");
        }
        source.Append("  return 0;\n}\n");
        DirectoryInfo directory = Directory.CreateTempSubdirectory("holdfast-abi-");
        try
        {
            string program = Path.Combine(directory.FullName, "abi");
            File.WriteAllText(program + ".c", source.ToString());
            Run("gcc", "-o", program, program + ".c");
            var result = new SortedDictionary<string, string>(StringComparer.Ordinal);
            foreach (string line in Run(program).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            {
                string[] parts = line.Split('\t');
                result[parts[0]] = parts[1];
            }
            return result;
        }
        finally
        {
            directory.Delete(recursive: true);
        }
    }

    private static string Run(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments)
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        string output = process.StandardOutput.ReadToEnd();
        string errors = process.StandardError.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, errors);
        return output;
    }
}
