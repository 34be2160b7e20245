using System.Text;
using Holdfast.Config.Text;
using Holdfast.Linux;
using Holdfast.Linux.Abi;
using Holdfast.Linux.Files;

namespace Holdfast;

/// <summary>The real file system, for the configuration parser.</summary>
internal sealed class DiskConfigFiles : IConfigFiles
{
    private const int FileSizeMax = 16 << 20;
    private const uint AnyExecute = 0x49; // 0111

    public string HostName { get; } = Environment.MachineName.Split('.')[0];

    public string WorkingDirectory { get; } = Environment.CurrentDirectory;

    public ConfigFile Read(string path) => Read(path, mayBeScript: false);

    public ConfigFile ReadScript(string path) => Read(path, mayBeScript: true);

    private ConfigFile Read(string path, bool mayBeScript)
    {
        Errno errno = DescriptorIo.TryOpenRead(PathText.Join(WorkingDirectory, path), out FdHandle handle);
        using (handle)
        {
            if (errno != Errno.Success)
            {
                return Without(errno is Errno.ENOENT or Errno.ENOTDIR
                    ? ConfigFileStatus.Missing : ConfigFileStatus.Unreadable);
            }
            if (FileStatus.TryGet(handle.Number, out FileStatus status) != Errno.Success
                || status.Kind != FileKind.Regular)
            {
                return Without(ConfigFileStatus.NotAFile);
            }
            if (!mayBeScript && (status.Mode & AnyExecute) != 0)
            {
                return Without(ConfigFileStatus.Executable);
            }
            return ReadText(handle.Number, status.SizeBytes);
        }
    }

    public IReadOnlyList<string> List(string directory)
    {
        try
        {
            return [.. Directory.EnumerateFileSystemEntries(PathText.Join(WorkingDirectory, directory))
                .Select(static path => Path.GetFileName(path))];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    public string? GetEnvironment(string name) => Environment.GetEnvironmentVariable(name);

    private static ConfigFile ReadText(int fd, long size)
    {
        if (size > FileSizeMax)
        {
            return Without(ConfigFileStatus.TooLarge);
        }
        byte[] bytes = new byte[size];
        int done = 0;
        while (done < bytes.Length)
        {
            if (DescriptorIo.Read(fd, bytes.AsSpan(done), out int count) != Errno.Success)
            {
                return Without(ConfigFileStatus.Unreadable);
            }
            if (count == 0)
            {
                break; // it became shorter meanwhile
            }
            done += count;
        }
        return new ConfigFile(ConfigFileStatus.Read, Encoding.UTF8.GetString(bytes, 0, done));
    }

    private static ConfigFile Without(ConfigFileStatus status) => new(status, "");
}
