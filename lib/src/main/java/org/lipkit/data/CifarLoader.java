package org.lipkit.data;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * CIFAR-10 and CIFAR-100 in their binary form: records of label bytes and 3072 pixel bytes. The
 * class is the last label byte: the only one of CIFAR-10, the fine one of CIFAR-100.
 *
 * @param labelBytes label bytes in a record
 * @param imagesPerFile images in every training file
 * @param testImages images in the test file
 */
public record CifarLoader(
    String id,
    List<String> classNames,
    int labelBytes,
    List<String> trainFiles,
    int imagesPerFile,
    String testFile,
    int testImages)
    implements Loader {

  private static final int PIXELS = 3 * 32 * 32;

  @Override
  public Dataset load(Path folder) {
    Map<String, String> checksums = new HashMap<>();
    Images train = split(folder, trainFiles, imagesPerFile, checksums);
    Images test = split(folder, List.of(testFile), testImages, checksums);
    return new Dataset(id, false, classNames, train, test, checksums);
  }

  private Images split(
      Path folder, List<String> names, int perFile, Map<String, String> checksums) {
    int record = labelBytes + PIXELS;
    byte[] pixels = new byte[names.size() * perFile * PIXELS];
    int[] labels = new int[names.size() * perFile];
    int image = 0;
    for (String name : names) {
      SourceFile file = new SourceFile(folder.resolve(name), id);
      byte[] content = file.bytes();
      checksums.put(name, Checksum.sha256(content));
      if (content.length < perFile * record) {
        throw file.truncated(content.length, (long) perFile * record);
      }
      if (content.length > perFile * record) {
        throw file.wrong(
            "holds " + content.length + " bytes instead of " + perFile + " records of " + record);
      }
      for (int i = 0; i < perFile; i++, image++) {
        int label = content[i * record + labelBytes - 1] & 0xff;
        labels[image] = file.checkLabel(label, i, classNames.size());
        System.arraycopy(content, i * record + labelBytes, pixels, image * PIXELS, PIXELS);
      }
    }
    return Images.of(pixels, labels, new ImageShape(3, 32, 32));
  }
}
